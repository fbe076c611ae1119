# lines for a profile of firejail, by sctrace
seccomp.drop chmod,mkdir
seccomp.block-secondary
seccomp-error-action kill
