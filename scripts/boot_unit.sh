#!/usr/bin/env bash
# Boot systemd in a container over a copy-on-write view of this machine, put Monitor there as the unit expects it, and break it: start, an
# alert, its health, reload, kill -9, a hang (watchdog), stop, a broken config. Needs root, systemd-nspawn (package systemd-container) and
# .venv of this checkout. Nothing of this machine is changed. Takes about a minute, most of it waiting.
#   scripts/boot_unit.sh              the packages of .venv
#   scripts/boot_unit.sh --install    installs them anew from the lock file, as systemd/README.md says; two minutes more
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [ "${1:-}" != "--inside" ]; then
  cannot() { echo "cannot boot a container here: $1" >&2; exit 77; }
  [ "$(id -u)" = 0 ] || cannot "this is not root"
  command -v systemd-nspawn > /dev/null || cannot "systemd-nspawn is not installed (package systemd-container)"
  [ -x /lib/systemd/systemd ] || cannot "systemd is not installed"
  [ -x .venv/bin/python ] || cannot "there is no .venv here"
  unshare --mount --propagation private true 2> /dev/null || cannot "no mount namespace of its own is allowed"
  exec unshare --mount --propagation private "$0" --inside "$@"
fi
install=${2:-}

source=$PWD
mount -t tmpfs -o size=3g tmpfs /mnt
root=/mnt/root
mkdir /mnt/up /mnt/work "$root"
mount -t overlay -o lowerdir=/,upperdir=/mnt/up,workdir=/mnt/work overlay "$root" || exit 77

mkdir -p "$root/opt/monitor/src"
git -c safe.directory="$source" ls-files -z --cached --others --exclude-standard \
  | tar --null --ignore-failed-read -cf - -T - 2> /dev/null | tar -xf - -C "$root/opt/monitor/src"
venv=$root/opt/monitor/venv
binds=()
if [ "$install" = "--install" ]; then
  /usr/bin/python3 -m venv --without-pip "$venv"
  pip=("$source/.venv/bin/python" -m pip --quiet --python "$venv/bin/python" install)
  "${pip[@]}" --no-deps --require-hashes -r "$root/opt/monitor/src/requirements.lock"
  "${pip[@]}" --no-deps --no-build-isolation "$root/opt/monitor/src"
  grep -rlI "$root" "$venv/bin" "$venv/pyvenv.cfg" | xargs sed -i "s#$root##g"
else
  # The unit sees neither /home, /root nor /tmp, where this checkout and its Python may lie: they are shown to it elsewhere.
  read -r base version packages < <(.venv/bin/python -c 'import sys, sysconfig
print(sys.base_prefix, "%d.%d" % sys.version_info[:2], sysconfig.get_path("purelib"))')
  mkdir -p "$root/opt/monitor/python" "$root/opt/monitor/packages" "$venv/bin" "$venv/lib/python$version/site-packages"
  binds=("--bind-ro=$base:/opt/monitor/python" "--bind-ro=$packages:/opt/monitor/packages")
  printf 'home = /opt/monitor/python/bin\ninclude-system-site-packages = false\n' > "$venv/pyvenv.cfg"
  ln -s "/opt/monitor/python/bin/python$version" "$venv/bin/python"
  printf '/opt/monitor/src\n/opt/monitor/packages\n' > "$venv/lib/python$version/site-packages/monitor.pth"
  printf '#!/opt/monitor/venv/bin/python\nfrom monitor.cli import main\nif __name__ == "__main__":\n    main()\n' > "$venv/bin/monitor"
  chmod +x "$venv/bin/monitor"
fi

units=$root/opt/monitor/src/systemd
install -m 644 "$units/monitor.sysusers.conf" "$root/usr/lib/sysusers.d/monitor.conf"
chroot "$root" systemd-sysusers monitor.conf
mkdir -p "$root/etc/monitor"
cp -r "$root/opt/monitor/src/rules" "$root/etc/monitor/rules"
cat > "$root/etc/monitor/config.toml" << 'CONFIG'
[polling]
contact = "mailto:test@example.org"
[channels.hook]
url = "credential:hook"
[alerts]
wait = "0s"
operator = ["hook"]
[alerts.routes]
notice = ["hook"]
high = ["hook"]
severe = ["hook"]
critical = ["hook"]
[health]
listen = "127.0.0.1:9464"
[[feeds]]
name = "local"
url = "http://127.0.0.1:8099/feed.xml"
interval = "2s"
allow_private = true
CONFIG
chroot "$root" chgrp -R monitor /etc/monitor
chmod -R g+rX,o= "$root/etc/monitor"
install -d -m 700 "$root/etc/monitor/credentials"
install -m 600 /dev/stdin "$root/etc/monitor/credentials/hook" <<< 'json://127.0.0.1:8098/hook'
install -D -m 644 /dev/stdin "$root/etc/systemd/system/monitor.service.d/test.conf" <<< '[Service]
LoadCredential=hook:/etc/monitor/credentials/hook
Environment=LD_LIBRARY_PATH=/opt/monitor/python/lib
WatchdogSec=8
TimeoutAbortSec=2
RestartSec=1'
install -m 644 "$units/monitor.service" "$root/etc/systemd/system/monitor.service"
mkdir -p "$root/srv/feed"
cat > "$root/srv/feed/feed.xml" << FEED
<rss version='2.0'><channel><title>Local</title><item><guid>1</guid><title>7 killed in Mastung blast</title><pubDate>$(date -R)</pubDate>
<description>A bomb killed seven people and injured nine in a market in Mastung today, police said.</description></item></channel></rss>
FEED
cat > "$root/srv/hook.py" << 'HOOK'
import http.server, pathlib
class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with pathlib.Path("/posts").open("ab") as file:
            file.write(body + b"\n")
        self.send_response(204)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", 8098), Hook).serve_forever()
HOOK
cat > "$root/try.sh" << 'TRY'
#!/bin/bash
exec > /result 2>&1
export LD_LIBRARY_PATH=/opt/monitor/python/lib
python=/opt/monitor/venv/bin/python
cd /srv/feed && $python -m http.server 8099 --bind 127.0.0.1 > /dev/null 2>&1 &
$python /srv/hook.py > /dev/null 2>&1 &
touch /posts
get() { systemctl show monitor --value -p "$1"; }
expect() { if [ "$2" = "$3" ]; then echo "ok   $1"; else echo "FAIL $1: $2; expected $3"; fi; }
within() { for _ in $(seq "$(( $1 * 5 ))"); do if eval "$2"; then return 0; fi; sleep 0.2; done; return 1; }
asked() { $python -c 'import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode())' "http://127.0.0.1:9464$1"; }
user() { setpriv --reuid monitor --regid monitor --clear-groups /opt/monitor/venv/bin/monitor "$@"; }
systemctl start monitor; expect "starts" "$?" 0
within 20 '[ "$(wc -l < /posts)" = 1 ]'; expect "sends the alert once, to the address in a credential" "$(wc -l < /posts)" 1
within 30 'get StatusText | grep -q "1 feeds, 0 failing.*1 messages sent"'; expect "says in the status line how it stands" "$?" 0
expect "is healthy" "$(asked /healthz)" ok
expect "runs as its user, without rights" "$(stat -c %U "/proc/$(get MainPID)") $(grep CapEff "/proc/$(get MainPID)/status" | cut -f2)" "monitor 0000000000000000"
systemctl reload monitor; expect "reloads" "$?" 0
systemctl kill -s KILL --kill-who=main monitor
within 30 '[ "$(get NRestarts) $(get ActiveState)" = "1 active" ]'; expect "is restarted after kill -9" "$(get NRestarts) $(get ActiveState)" "1 active"
kill -STOP "$(get MainPID)"
within 60 '[ "$(get NRestarts) $(get ActiveState)" = "2 active" ]'; expect "is restarted after a hang" "$(get NRestarts) $(get ActiveState)" "2 active"
user status > /status 2>&1; expect "its user finds all well" "$?" 0
sleep 3; expect "reload and restarts send nothing again" "$(wc -l < /posts)" 1
expect "the journal holds JSON" "$(journalctl -u monitor -o cat --no-pager | grep -c '^{.*"event": "start"')" 3
before=$(date +%s); systemctl stop monitor; expect "stops cleanly" "$(get Result) $(get ActiveState)" "success inactive"
expect "stops within 10 s" "$(( $(date +%s) - before <= 10 ))" 1
user incidents > /dev/null; expect "its user can look" "$?" 0
expect "its files are private" "$(find /var/lib/monitor -type f -perm /077 | wc -l)" 0
echo 'nonsense = 1' >> /etc/monitor/config.toml
systemctl start monitor; sleep 3; expect "a broken config is not tried again and again" "$(get ExecMainStatus) $(get NRestarts)" "2 0"
journalctl -u monitor -o short --no-pager > /journal
systemctl poweroff --force
TRY
chmod +x "$root/try.sh"
install -m 644 /dev/stdin "$root/etc/systemd/system/try.service" <<< '[Unit]
After=basic.target
[Service]
Type=oneshot
ExecStart=/try.sh'
install -m 644 /dev/stdin "$root/etc/systemd/system/try.target" <<< '[Unit]
Requires=basic.target
Wants=try.service
AllowIsolate=yes'
mount -t tmpfs tmpfs /run
timeout 300 systemd-nspawn --quiet -D "$root" --boot --keep-unit --register=no --console=pipe "${binds[@]}" systemd.unit=try.target \
  < /dev/null > /mnt/console 2>&1 || cat /mnt/console
[ -s "$root/result" ] || { cat /mnt/console >&2; echo "cannot boot a container here: systemd did not come up in it" >&2; exit 77; }
cat "$root/result"
if grep -q '^FAIL' "$root/result" || [ "$(grep -c '^ok' "$root/result")" != "$(grep -c 'expect "' "$root/try.sh")" ]; then
  cat "$root/status" >&2
  tail -n 40 "$root/journal" >&2
  exit 1
fi
