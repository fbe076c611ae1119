# lines for a profile of firejail, by sctrace
seccomp.keep clone,clone3:ENOSYS,personality,read,socket,execveat:EPERM,prctl:EPERM
seccomp.32.keep clone,clone3:ENOSYS,personality,read,socket,socketcall,execveat:EPERM,prctl:EPERM
seccomp-error-action EPERM
