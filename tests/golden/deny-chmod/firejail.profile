# lines for a profile of firejail, by sctrace
seccomp.drop chmod,fchmod,fchmodat,$452:EPERM,fsetxattr:EOPNOTSUPP,io_uring_setup:ENOSYS,lsetxattr:EOPNOTSUPP,ptrace,setxattr:EOPNOTSUPP,$463:EOPNOTSUPP
seccomp.32.drop chmod,fchmod,fchmodat,$452:EPERM,fsetxattr:EOPNOTSUPP,io_uring_setup:ENOSYS,lsetxattr:EOPNOTSUPP,ptrace,setxattr:EOPNOTSUPP,$463:EOPNOTSUPP
seccomp-error-action EPERM
