# lines for a profile of firejail, by sctrace
seccomp.keep arch_prctl,bpf:EPERM,clone,ptrace,read,write,execveat:ENOSYS,prctl:ENOSYS
seccomp.32.keep arch_prctl,bpf:EPERM,clone,ptrace,read,write,execveat:ENOSYS,prctl:ENOSYS
seccomp-error-action ENOSYS
