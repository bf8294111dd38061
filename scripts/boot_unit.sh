#!/usr/bin/env bash
# Boot systemd in a container over a copy-on-write view of this machine, install Monitor there as systemd/README.md says, and break it:
# start, reload, kill -9, a hang (watchdog), stop, a broken config. Needs root, systemd-nspawn (package systemd-container), a system
# python3 of 3.11 or newer, and .venv of this checkout for its pip. Nothing of this machine is changed. Takes two to three minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [ "${1:-}" != "--inside" ]; then
  command -v systemd-nspawn >/dev/null || { echo "systemd-nspawn is not installed; expected the package systemd-container" >&2; exit 2; }
  exec unshare --mount --propagation private "$0" --inside
fi

source=$PWD
mount -t tmpfs -o size=3g tmpfs /mnt
root=/mnt/root
mkdir /mnt/up /mnt/work "$root"
mount -t overlay -o lowerdir=/,upperdir=/mnt/up,workdir=/mnt/work overlay "$root"

git clone --quiet "$source" "$root/opt/monitor/src"
/usr/bin/python3 -m venv --without-pip "$root/opt/monitor/venv"
pip=("$source/.venv/bin/python" -m pip --quiet --python "$root/opt/monitor/venv/bin/python" install)
"${pip[@]}" --require-hashes -r "$root/opt/monitor/src/requirements.lock"
"${pip[@]}" --no-deps --no-build-isolation "$root/opt/monitor/src"
grep -rlI "$root" "$root/opt/monitor/venv/bin" "$root/opt/monitor/venv/pyvenv.cfg" | xargs sed -i "s#$root##g"

units=$root/opt/monitor/src/systemd
install -m 644 "$units/monitor.sysusers.conf" "$root/usr/lib/sysusers.d/monitor.conf"
chroot "$root" systemd-sysusers monitor.conf
chroot "$root" /opt/monitor/venv/bin/monitor init /etc/monitor
cat > "$root/etc/monitor/config.toml" <<'CONFIG'
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
WatchdogSec=10'
install -m 644 "$units/monitor.service" "$root/etc/systemd/system/monitor.service"
mkdir -p "$root/srv/feed"
cat > "$root/srv/feed/feed.xml" <<FEED
<rss version='2.0'><channel><title>Local</title><item><guid>1</guid><title>7 killed in Mastung blast</title><pubDate>$(date -R)</pubDate>
<description>A bomb killed seven people and injured nine in a market in Mastung today, police said.</description></item></channel></rss>
FEED
cat > "$root/srv/hook.py" <<'HOOK'
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
cat > "$root/try.sh" <<'TRY'
#!/bin/bash
exec > /result 2>&1
cd /srv/feed && python3 -m http.server 8099 --bind 127.0.0.1 > /dev/null 2>&1 &
python3 /srv/hook.py > /dev/null 2>&1 &
touch /posts
get() { systemctl show monitor --value -p "$1"; }
expect() { if [ "$2" = "$3" ]; then echo "ok   $1"; else echo "FAIL $1: $2; expected $3"; fi; }
within() { for _ in $(seq "$(( $1 * 5 ))"); do if eval "$2"; then return 0; fi; sleep 0.2; done; return 1; }
systemctl start monitor; expect "starts" "$?" 0
within 20 '[ "$(wc -l < /posts)" = 1 ]'; expect "sends the alert once" "$(wc -l < /posts)" 1
systemctl reload monitor; expect "reloads" "$?" 0
sleep 5; expect "a reload sends nothing again" "$(wc -l < /posts)" 1
systemctl kill -s KILL --kill-who=main monitor
within 30 '[ "$(get NRestarts) $(get ActiveState)" = "1 active" ]'; expect "is restarted after kill -9" "$(get NRestarts) $(get ActiveState)" "1 active"
kill -STOP "$(get MainPID)"
within 60 '[ "$(get NRestarts) $(get ActiveState)" = "2 active" ]'; expect "is restarted after a hang" "$(get NRestarts) $(get ActiveState)" "2 active"
sleep 5; expect "restarts send nothing again" "$(wc -l < /posts)" 1
before=$(date +%s); systemctl stop monitor; expect "stops cleanly" "$(get Result) $(get ActiveState)" "success inactive"
expect "stops within 10 s" "$(( $(date +%s) - before <= 10 ))" 1
setpriv --reuid monitor --regid monitor --clear-groups /opt/monitor/venv/bin/monitor incidents > /dev/null; expect "its user can look" "$?" 0
echo 'nonsense = 1' >> /etc/monitor/config.toml
systemctl start monitor; sleep 7; expect "a broken config is not tried again and again" "$(get ExecMainStatus) $(get NRestarts)" "2 0"
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
timeout 300 systemd-nspawn --quiet -D "$root" --boot --keep-unit --register=no --console=pipe systemd.unit=try.target < /dev/null > /mnt/console 2>&1 || cat /mnt/console
cat "$root/result"
if grep -q '^FAIL' "$root/result" || [ "$(grep -c '^ok' "$root/result")" != 11 ]; then
  cat "$root/journal" >&2
  exit 1
fi
