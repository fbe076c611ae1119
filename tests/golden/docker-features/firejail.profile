# lines for a profile of firejail, by sctrace
seccomp.keep arch_prctl,bpf:EPERM,clone,ptrace,read,write,execveat:ENOSYS,prctl:ENOSYS
seccomp.block-secondary
seccomp-error-action ENOSYS
