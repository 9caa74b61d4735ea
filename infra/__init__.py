"""What surrounds the application: resources, provisioning, the local stack, the operators' command."""
