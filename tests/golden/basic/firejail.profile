# lines for a profile of firejail, by sctrace
seccomp.keep exit_group,openat2:ENOSYS,ptrace:kill,read,write,execveat:EPERM,prctl:EPERM
seccomp.block-secondary
seccomp-error-action EPERM
