"""What archives and their XML may do, looked at before anything is unpacked; pure."""
