"""Who may do what on a machine: access keys that are held to a policy, and IAM's simulator, which tells."""
