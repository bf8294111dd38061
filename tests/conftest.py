"""What all tests share."""

from hypothesis import HealthCheck, settings

# Both checks go by the wall clock, which says more about a busy machine than about the code; every test has a time-out besides.
settings.register_profile("monitor", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("monitor")
