#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# workload.sh NAME: real programs at work, in the current directory, which is
# empty.  The last thing printed is a line that only work well done can give.
#
# The same work is done under strace, sctrace record, a profile, and in a
# container.  So all is bounded, on loopback or a unix socket, and waits for
# events, never for a time: how long something took must not decide which calls
# are made.
set -euo pipefail

# await FD WORD: read on until a line has the word
await() {
	local line
	while IFS= read -r -t 20 -u "$1" line; do
		case $line in *"$2"*) return 0 ;; esac
	done
	echo "'$2' did not come" >&2
	return 1
}

work_bash() {
	local sum=0 n
	mkfifo pipe
	seq 1 200 | sort -rn >pipe &
	while read -r n; do sum=$((sum + n)); done <pipe
	wait
	trap 'sum=$((sum + 1))' USR1
	kill -USR1 $$
	(exit 3) || n=$?
	cat >text <<-END
		one two
		three
	END
	n=$n$(tr '[:lower:]' '[:upper:]' <text | cut -d' ' -f1 | paste -s -d, | head -n 1)
	diff <(sort text) <(sort -r text | sort) >/dev/null
	echo "bash: $sum $n"
}

work_find() {
	mkdir -p a/b/c
	touch a/1.c a/b/2.c a/b/c/3.c a/b/keep.h
	ln -s ../1.c a/b/link
	find . -name '*.c' -newermt 2000-01-01 -exec grep -c x {} + >counts || true
	find . -type l -printf '%p %l\n'
	find . -name '*.c' -size -1k -perm /u+r -print0 | xargs -0 -n 1 -P 2 basename >names
	find . -name '*.c' -delete
	echo "find: $(wc -l <counts) $(sort names | paste -s -d,) left $(find a -type f | wc -l)"
}

work_tar() {
	mkdir -p in/deep out
	seq 1 5000 >in/numbers
	truncate -s 1M in/sparse
	ln in/numbers in/deep/hard
	ln -s ../numbers in/deep/soft
	mkfifo in/fifo
	chmod 751 in/deep
	tar -S -czf in.tgz in
	tar -C out -xpzf in.tgz
	cmp in/numbers out/in/deep/hard
	echo "tar: $(tar -tzf in.tgz | wc -l) $(stat -c %a out/in/deep) $(readlink out/in/deep/soft)"
}

work_git() {
	export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_PAGER=cat
	git init -q -b main repo
	cd repo
	git config user.name nobody
	git config user.email nobody@example.org
	git config gc.auto 0
	echo one >file && git add file && git commit -q -m first
	git checkout -q -b side
	echo two >>file && git commit -q -a -m second
	git checkout -q main && git merge -q side
	git tag -m v1 v1
	git repack -q -a -d
	git clone -q . ../clone 2>/dev/null
	git -C ../clone grep -c o HEAD -- file >/dev/null
	echo "git: $(git log --format=%s | paste -s -d,) $(git status --porcelain | wc -l) $(git -C ../clone describe)"
}

work_gcc() {
	cat >part.c <<-END
		#include <stdio.h>
		int square(int n);
		int main(int argc, char **argv) { printf("%d %s\n", square(argc + 6), argv[1]); return 0; }
	END
	echo 'int square(int n) { return n * n; }' >square.c
	gcc -O2 -g -c part.c
	gcc -O2 -c square.c
	ar rc libsquare.a square.o
	gcc -o part part.o -L. -lsquare
	strip part
	echo "gcc: $(./part works)"
}

work_python3() {
	/usr/bin/python3 - <<-'END'
		import hashlib, json, os, queue, shutil, socket, subprocess, tempfile, threading
		from concurrent.futures import ThreadPoolExecutor
		done, lock = queue.Queue(), threading.Lock()
		def work(n):
		    with lock:
		        total = sum(range(n))
		    done.put(total)
		    return hashlib.sha256(os.urandom(n + 1)).digest_size
		with ThreadPoolExecutor(4) as pool:
		    sizes = set(pool.map(work, range(50)))
		out = subprocess.run(["sort", "-n"], input="3\n1\n2\n", text=True, capture_output=True, check=True).stdout
		pid = os.fork()
		if pid == 0:
		    os._exit(7)
		status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
		with tempfile.TemporaryDirectory(dir=".") as d:
		    with open(os.path.join(d, "x.json"), "w") as f:
		        json.dump({"a": 1}, f)
		        f.flush()
		        os.fsync(f.fileno())
		    shutil.copytree(d, "copy")
		a, b = socket.socketpair()
		a.sendall(b"over")
		word = b.recv(10).decode()
		print("python3:", done.qsize(), sizes.pop(), out.split(), status, os.listdir("copy"), word)
	END
}

work_perl() {
	local i
	for i in 1 2 3; do printf 'key%d = value%d\nother\n' "$i" "$i" >"f$i"; done
	perl -MPOSIX -MFcntl=:flock -we '
		my %h;
		opendir(my $d, ".") or die; my @f = sort grep { /^f\d$/ } readdir $d; closedir $d;
		for my $f (@f) {
			open(my $in, "+<", $f) or die; flock($in, LOCK_EX) or die;
			while (<$in>) { $h{$1} = $2 if /^(\w+)\s*=\s*(\w+)$/ }
			seek($in, 0, 0); truncate($in, 3);
		}
		pipe(my $r, my $w) or die;
		my $pid = fork() // die;
		if (!$pid) { close $r; syswrite($w, join ",", map { "$_:$h{$_}" } sort keys %h); POSIX::_exit(4) }
		close $w; sysread($r, my $got, 1000); waitpid($pid, 0); my $end = $? >> 8;
		local $SIG{ALRM} = sub { $h{alarm} = 1 }; kill "ALRM", $$;
		my $date = qx(date -u -d \@0 +%Y);
		rename "f1", "g1" or die; utime 5, 5, "g1"; chmod 0600, "g1"; unlink "f2" or die;
		printf "perl: %s %d %d %s%d %d\n", $got, $end, $h{alarm}, $date, (stat "g1")[9], -s "f3";
	' | paste -s -d' '
}

work_sqlite3() {
	sqlite3 -batch db 'PRAGMA journal_mode=WAL;' 'CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT);' >mode
	sqlite3 -batch db "BEGIN; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<2000)
		INSERT INTO t SELECT i, printf('row %d', i) FROM n; COMMIT; CREATE INDEX x ON t(b); DELETE FROM t WHERE a > 1500;"
	sqlite3 -batch db 'PRAGMA journal_mode=DELETE; VACUUM;' '.backup copy' >>mode
	echo "sqlite3: $(paste -s -d, mode) $(sqlite3 -batch copy 'SELECT count(*), max(b) FROM t; PRAGMA integrity_check;' | paste -s -d' ')"
}

work_curl() {
	local port pid
	mkdir www
	seq 1 3000 >www/page
	mkfifo ready
	/usr/bin/python3 - >ready 2>/dev/null <<-'END' &
		import functools, http.server, os
		handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory="www")
		server = http.server.HTTPServer(("127.0.0.1", 0), handler)
		server.timeout = 20
		os.write(1, b"%d\n" % server.server_port)
		for _ in range(3):
		    server.handle_request()
	END
	pid=$!
	read -r -t 20 port <ready
	curl -sf -o got "http://127.0.0.1:$port/page"
	curl -sfI -o head "http://127.0.0.1:$port/page"
	curl -s -o missing -w '%{http_code}\n' "http://127.0.0.1:$port/none" >code
	wait "$pid"
	cmp www/page got
	echo "curl: $(grep -c 'Content-Length: 13893' head) $(cat code)"
}

work_nginx() {
	local pid i
	mkdir logs tmp www
	seq 1 3000 >www/page
	cat >nginx.conf <<-END
		daemon off; worker_processes 1; pid $PWD/pid; user root;
		error_log stderr notice;
		events { worker_connections 64; }
		http {
			access_log logs/access; gzip on; gzip_types *; sendfile on;
			client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp; uwsgi_temp_path tmp; scgi_temp_path tmp;
			server { listen unix:$PWD/sock; root www; }
		}
	END
	mkfifo log
	nginx -p "$PWD" -c nginx.conf -e stderr 2>log &
	pid=$!
	exec 3<log
	await 3 'start worker process '
	for i in 1 2 3; do curl -sf --unix-socket sock -o "got$i" http://localhost/page; done
	curl -sf --unix-socket sock --compressed -o packed http://localhost/page
	curl -s --unix-socket sock -o missing -w '%{http_code}\n' http://localhost/none >code
	kill -QUIT "$pid"
	wait "$pid"
	cmp www/page got3
	cmp www/page packed
	echo "nginx: $(wc -l <logs/access) $(cat code)"
}

work_redis() {
	local pid
	mkfifo log
	redis-server --port 0 --unixsocket "$PWD/sock" --save '' --appendonly yes --appendfsync everysec --io-threads 1 \
		--dir "$PWD" --daemonize no >log &
	pid=$!
	exec 3<log
	await 3 'ready to accept connections'
	redis-benchmark -s "$PWD/sock" -q -c 10 -n 400 -t set,get,lpush,zadd >bench
	redis-cli -s "$PWD/sock" set key value >/dev/null
	redis-cli -s "$PWD/sock" save >/dev/null
	redis-cli -s "$PWD/sock" bgrewriteaof >/dev/null
	await 3 'AOF rewrite finished'
	redis-cli -s "$PWD/sock" get key >got
	kill -TERM "$pid"
	wait "$pid"
	test -s dump.rdb
	echo "redis: $(tr '\r' '\n' <bench | grep -c 'requests per second') $(cat got)"
}

work_node() {
	cat >main.js <<-'END'
		const fs = require('fs'), os = require('os'), path = require('path');
		const { execFileSync, spawn } = require('child_process');
		const { Worker } = require('worker_threads');
		const { gzipSync, gunzipSync } = require('zlib');
		fs.mkdirSync('dir/deep', { recursive: true });
		fs.writeFileSync('dir/deep/file', 'text');
		fs.renameSync('dir/deep/file', 'dir/file');
		const worker = new Worker("const { parentPort } = require('worker_threads');" +
			"parentPort.on('message', n => { parentPort.postMessage(n * 2); parentPort.close(); });", { eval: true });
		const twice = new Promise(done => { worker.on('message', done); worker.postMessage(21); });
		const ended = new Promise(done => worker.on('exit', done));
		const child = new Promise(done => {
			const c = spawn('cat'); let s = '';
			c.stdout.on('data', d => s += d); c.on('close', code => done(s + code));
			c.stdin.end('piped');
		});
		(async () => {
			await fs.promises.copyFile('dir/file', 'dir/copy');
			const names = await fs.promises.readdir('dir');
			const packed = gunzipSync(gzipSync(await fs.promises.readFile('dir/copy'))).toString();
			await fs.promises.rm('dir', { recursive: true });
			console.log('node:', await twice, await ended, await child, names.join(), packed,
				execFileSync('echo', ['sync']).toString().trim(), fs.existsSync('dir'));
		})();
	END
	node main.js
}

work_text() {
	seq 1 3000 | awk '{ print $1 % 7, $1 > "numbers"; s += $1 } END { print s; system("true") }' >sum
	sort -S 64K --parallel=2 -T . -k1,1n -k2,2nr -o sorted numbers
	sed -i 's/^0 /zero /' sorted
	join <(sort -k1,1 sorted | uniq -w 1) <(printf '1 one\n2 two\n') >joined
	comm -12 <(seq 1 10) <(seq 5 14 | sort -n | head -n 6) 2>/dev/null | xargs -n 3 -P 2 echo >lines || true
	split -l 1000 numbers part.
	shuf -i 1-5 | tee shuffled | wc -l >five
	echo "text: $(cat sum) $(head -n 1 sorted) $(wc -l <joined) $(printf '%s ' part.*)$(cat five)"
}

work_make() {
	cat >Makefile <<-'END'
		.RECIPEPREFIX = >
		all: total
		parts = $(addsuffix .part,1 2 3 4)
		%.part:
		> @echo $* >$@
		total: $(parts)
		> @cat $^ | paste -s -d+ >$@
		version := $(shell echo 3)
		$(info make $(wildcard Make*) $(version))
	END
	make -j 3
	touch -d '2 hours' 3.part
	echo "make: $(cat total) $(make -q >/dev/null || echo stale)"
}

work_crypto() {
	openssl genpkey -algorithm ED25519 -out key.pem
	seq 1 1000 >text
	openssl dgst -sha256 -r text >sum
	openssl enc -aes-128-cbc -pbkdf2 -k secret -in text -out text.enc
	openssl enc -d -aes-128-cbc -pbkdf2 -k secret -in text.enc | cmp - text
	openssl req -new -x509 -key key.pem -subj /CN=test -out cert.pem
	ssh-keygen -q -t ed25519 -N '' -C test -f id
	sha256sum text >sum2
	echo "crypto: $(cut -c 1-64 sum | cmp - <(cut -c 1-64 sum2) && echo same) $(openssl x509 -noout -subject -in cert.pem) $(ssh-keygen -l -f id.pub | cut -d' ' -f1,3)"
}

work_files() {
	dd if=/dev/zero of=zeros bs=4k count=64 conv=fsync status=none
	dd if=zeros bs=1k skip=10 count=2 iflag=nocache 2>/dev/null | wc -c >bytes
	mkdir tree
	touch -d @86400 tree/old
	ln -s old tree/link
	chmod 4750 tree/old
	cp -a tree copy
	cp --reflink=auto --sparse=always zeros holes
	install -m 640 -D zeros deep/er/installed
	mv -n copy moved
	rmdir --ignore-fail-on-non-empty tree
	rm -r tree
	truncate -s 10 zeros
	sync zeros
	echo "files: $(cat bytes) $(stat -c %a-%Y moved/old) $(stat -c %a-%s deep/er/installed) $(stat -c %s zeros) $(du -k holes | cut -f1) $(find moved -type l)"
}

work_pack() {
	local p
	seq 1 60000 >data
	gzip -k data
	xz -k -T2 --block-size=65536 data
	bzip2 -k data
	for p in gzip.gz xz.xz bzip2.bz2; do
		"${p%.*}" -dc "data.${p#*.}" >got	# into a full pipe xz would poll: by timing
		cmp got data
	done
	rm data
	gunzip data.gz
	echo "pack: $(md5sum <data | cut -c 1-8) $(test -e data.gz || echo gone)"
}

"work_$1"
