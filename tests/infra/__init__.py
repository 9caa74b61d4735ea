"""The deployment around the application: rights, functions' settings, alarms, API Gateway's own answers."""
