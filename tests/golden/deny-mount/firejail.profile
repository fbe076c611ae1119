# lines for a profile of firejail, by sctrace
seccomp.drop fsconfig,fsmount,fsopen,fspick,mount,$442:EPERM,move_mount,$467:EPERM,pivot_root,umount2
seccomp.32.drop fsconfig,fsmount,fsopen,fspick,mount,$442:EPERM,move_mount,$467:EPERM,pivot_root,umount,umount2
seccomp-error-action EPERM
