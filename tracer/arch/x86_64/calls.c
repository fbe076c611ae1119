/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/arch/arch.h"

/* Numbers of x86_64, i386 and x32, sorted by name. */
#define ROW(id, o, c, x, ...) { .name = #id, .own = o, .compat = c, .x32 = x, __VA_ARGS__ }

const struct machine_row machine_rows[] = {
	ROW(acct,                   163,  51, 163, .traits = MACHINE_ACTS_ON_ZEROS),
	ROW(brk,                     12,  45,  12, .traits = MACHINE_MAPS),
	ROW(clone,                   56, 120,  56, .call = CALL_CLONE),
	ROW(clone3,                 435, 435, 435, .call = CALL_CLONE3),
	ROW(connect,                 42, 362,  42, .call = CALL_CONNECT),
	ROW(epoll_pwait,            281, 319, 281, .limit = LIMIT_INT, .limit_arg = 3),
	ROW(epoll_pwait2,           441, 441, 441, .limit = LIMIT_POINTER, .limit_arg = 3),
	ROW(epoll_wait,             232, 256, 232, .limit = LIMIT_INT, .limit_arg = 3),
	ROW(execve,                  59,  11, 520, .call = CALL_EXECVE),
	ROW(execveat,               322, 358, 545, .call = CALL_EXECVEAT),
	ROW(io_getevents,           208, 247, 208, .limit = LIMIT_POINTER, .limit_arg = 4),
	ROW(io_uring_enter,         426, 426, 426, .call = CALL_IO_URING_ENTER, .limit = LIMIT_FLAG, .limit_arg = 3),
	ROW(io_uring_register,      427, 427, 427, .call = CALL_IO_URING_REGISTER),
	ROW(io_uring_setup,         425, 425, 425, .call = CALL_IO_URING_SETUP),
	ROW(ipc,                      0, 117,   0, .traits = MACHINE_MAPS),		/* shmat, shmdt */
	ROW(kexec_load,             246, 283, 528, .traits = MACHINE_ACTS_ON_ZEROS),
	ROW(mmap,                     9,  90,   9, .traits = MACHINE_MAPS),
	ROW(mmap2,                    0, 192,   0, .traits = MACHINE_MAPS),
	ROW(mremap,                  25, 163,  25, .traits = MACHINE_MAPS),
	ROW(munmap,                  11,  91,  11, .traits = MACHINE_MAPS),
	ROW(pidfd_open,             434, 434, 434, .call = CALL_PIDFD_OPEN),
	ROW(pidfd_send_signal,      424, 424, 424, .traits = MACHINE_QUEUES),
	ROW(prctl,                  157, 172, 157, .call = CALL_PRCTL),
	ROW(ptrace,                 101,  26, 521, .call = CALL_PTRACE),
	ROW(rt_sigqueueinfo,        129, 178, 524, .traits = MACHINE_QUEUES),
	ROW(rt_sigtimedwait,        128, 177, 523, .limit = LIMIT_POINTER, .limit_arg = 2),
	ROW(rt_sigtimedwait_time64,   0, 421,   0, .limit = LIMIT_POINTER, .limit_arg = 2),
	ROW(rt_tgsigqueueinfo,      297, 335, 536, .traits = MACHINE_QUEUES),
	ROW(seccomp,                317, 354, 317, .call = CALL_SECCOMP),
	ROW(semop,                   65,   0,  65, .limit = LIMIT_NEVER),		/* i386 has it as a part of
											   ipc */
	ROW(semtimedop,             220,   0, 220, .limit = LIMIT_POINTER, .limit_arg = 3),
	ROW(semtimedop_time64,        0, 420,   0, .limit = LIMIT_POINTER, .limit_arg = 3),
	ROW(setdomainname,          171, 121, 171, .traits = MACHINE_ACTS_ON_ZEROS),
	ROW(sethostname,            170,  74, 170, .traits = MACHINE_ACTS_ON_ZEROS),
	ROW(shmat,                   30, 397,  30, .traits = MACHINE_MAPS),
	ROW(shmdt,                   67, 398,  67, .traits = MACHINE_MAPS),
	ROW(uprobe,                 336,   0,   0, .traits = MACHINE_TRAMPOLINE),
	ROW(uretprobe,              335,   0,   0, .traits = MACHINE_TRAMPOLINE),
};

const size_t machine_row_count = sizeof machine_rows / sizeof *machine_rows;
