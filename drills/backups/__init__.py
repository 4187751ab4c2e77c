"""What recoveries by backups and exports share: schedules, the choice of a backup, jobs, restores, vaults, exports."""
