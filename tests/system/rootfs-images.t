#!/bin/sh
# Images are made from this host, hold nothing that gives power, and whatever is
# copied is never run.
# shellcheck disable=SC2016,SC2317  # check() calls the functions, and sh the quoted

BUILD=$(cd "${BUILD:-./build}" && pwd) || exit 1
SOURCE=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
rootfs=$BUILD/jail-rootfs
count=0
failed=0

skip_all() {
	[ -z "${MUST_RUN:-}" ] || { echo "Bail out! must run, but: $*"; exit 1; }
	echo "1..0 # SKIP $*"
	exit 0
}

[ "$(id -u)" = 0 ] || skip_all "needs root"
command -v unshare >/dev/null || skip_all "needs unshare(1)"

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
images=$scratch/images

# check NAME COMMAND...: one test; its output is shown when it fails.
check() {
	name=$1
	shift
	count=$((count + 1))
	if "$@" >"$scratch/out" 2>&1; then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		sed 's/^/# /' "$scratch/out"
		failed=1
	fi
}

build() {
	"$rootfs" build "$@" --manifests "$SOURCE/rootfs-builder/manifests" --images "$images"
}

# inside IMAGE COMMAND...: in the image, under a layer with the files that the
# supervisor makes, and with /dev and /proc.
mkdir -p "$scratch/layer/etc" "$scratch/mnt"
echo 'root:x:0:0:root:/tmp:/bin/sh' >"$scratch/layer/etc/passwd"
echo 'root:x:0:' >"$scratch/layer/etc/group"
inside() {
	image=$(readlink -f "$images/$1/current")
	shift
	unshare --mount --pid --fork sh -c '
		mount -t overlay -o "ro,lowerdir=$0/layer:$1" overlay "$0/mnt" && cd "$0/mnt" &&
		mount --bind /dev dev && mount -t proc proc proc && mount -t tmpfs tmpfs tmp &&
		shift && exec chroot . \
			/usr/bin/env -i PATH=/usr/bin:/bin HOME=/tmp LANG=C.UTF-8 "$@"
	' "$scratch" "$image" "$@"
}

no() {
	! "$@"
}

says() { # says TEXT COMMAND...: fails, with TEXT in its message
	text=$1
	shift
	if "$@" >"$scratch/said" 2>&1; then
		echo "succeeded: $*"
		return 1
	fi
	cat "$scratch/said"
	grep -qF "$text" "$scratch/said"
}

powerless() { # nothing setid, writable by others, foreign or special
	find "$images/$1/current/" \( ! -user root -o ! -group root -o -perm /7000 \
		-o ! -type l -perm /022 -o ! \( -type f -o -type d -o -type l \) \) \
		>"$scratch/found"
	cat "$scratch/found"
	[ ! -s "$scratch/found" ]
}

# --- what arrives ---------------------------------------------------------

check "minimal is built" build minimal
check "where nobody else can lock it" test "$(stat -c %a "$images")" = 700
check "its busybox runs" inside minimal sh -c 'ls / | grep -q bin && id -u'
check "shell is built" build shell
for line in 'git --version' 'curl --version' 'rsync --version' 'tmux -V' 'ssh -V' \
	'perl -MPOSIX -MEncode -MDigest::SHA -e 1' 'tar --version' 'flock --version' \
	'python3 -c "import ssl, json, sqlite3, ctypes, lzma, curses, asyncio"' \
	'test "$(locale charmap)" = UTF-8' 'tput -T xterm-256color colors' \
	'TZ=Europe/Berlin date +%Z | grep -q CE' 'openssl version' \
	'cd /tmp && git init -q r && cd r && git -c user.name=a -c user.email=a commit -qm a --allow-empty' \
	'echo | iconv -f utf-8 -t iso-8859-1' 'sed --version' 'ps -e' 'xz --version' \
	'printf x | gzip | gzip -dc' 'less --version' 'test -x /usr/lib/openssh/sftp-server'; do
	check "in shell: $line" inside shell sh -c "$line"
done
check "every program of shell finds its libraries" inside shell sh -c '
	for file in /usr/bin/* /usr/lib/openssh/* /usr/lib/git-core/*; do
		/lib64/ld-linux-x86-64.so.2 --list "$file" 2>&1 | grep "not found" && bad=1
	done
	[ -z "$bad" ]'
check "ftp is built" build ftp
check "and has nothing to run" sh -c "! ls $images/ftp/current/usr/bin/* 2>/dev/null"

# --- what does not --------------------------------------------------------

check "the host has setuid files" sh -c 'find /usr/bin -perm -4000 | grep -q .'
check "the host lets root read its shadow file" test -s /etc/shadow
for image in minimal shell ftp; do
	check "$image gives no power" powerless $image
	for file in shadow passwd group resolv.conf hosts; do
		check "$image has no /etc/$file" no test -e "$images/$image/current/etc/$file"
	done
done
check "bash in the image is not the host's inode" \
	no test "$images/shell/current/bin/bash" -ef /bin/bash

put_list() {
	printf '%s\n' "$@" >"$scratch/test.list"
}

test_build() {
	"$rootfs" build test --manifest "$scratch/test.list" --images "$images" "$@"
}

put_list 'file /etc/shadow'
check "a manifest cannot ask for /etc/shadow" says 'test.list:1: /etc/shadow never' test_build
put_list 'file /dev/null'
check "nor for a device" says '/dev/null never enters' test_build
mkdir -p "$scratch/root/dev2" "$scratch/root/usr/bin"
mknod "$scratch/root/dev2/disk" b 8 0
mknod "$scratch/root/dev2/fifo" p
put_list 'tree /dev2'
check "a device in a tree is refused" says 'is a device node' test_build --root "$scratch/root"
rm "$scratch/root/dev2/disk"
check "a FIFO in a tree is refused, not waited for" \
	says 'is a FIFO' timeout 10 "$rootfs" build test --manifest "$scratch/test.list" \
	--images "$images" --root "$scratch/root"
rm "$scratch/root/dev2/fifo"
ln -s ../../etc/passwd "$scratch/root/dev2/out"
check "a link out of the tree is refused" \
	says 'leaves the tree' test_build --root "$scratch/root"
rm "$scratch/root/dev2/out"
echo x >"$scratch/root/dev2/theirs"
chown 65534 "$scratch/root/dev2/theirs"
check "a file of another user is refused" \
	says 'belongs to uid 65534' test_build --root "$scratch/root"
rm "$scratch/root/dev2/theirs"

cp /bin/true "$scratch/root/usr/bin/capable"
if setcap cap_net_raw+ep "$scratch/root/usr/bin/capable" 2>/dev/null; then
	put_list 'file /usr/bin/capable' 'optional file /lib64/ld-linux-x86-64.so.2'
	cp --parents -L /lib64/ld-linux-x86-64.so.2 /lib/x86_64-linux-gnu/libc.so.6 \
		"$scratch/root" 2>/dev/null
	check "a file with capabilities is copied" test_build --root "$scratch/root"
	check "the source has them" sh -c "getcap $scratch/root/usr/bin/capable | grep -q cap_net_raw"
	check "the copy has not" \
		sh -c "! getcap $images/test/current/usr/bin/capable | grep -q cap_net_raw"
fi

# --- nothing that is copied is run ------------------------------------------

if command -v cc >/dev/null; then
	cat >"$scratch/evil.c" <<-EOF
		#include <sys/syscall.h>
		static const char path[] = "$scratch/was-run";
		void _start(void)
		{
		#if defined(__x86_64__)
			long result;
			__asm__ volatile("syscall" : "=a"(result)
				: "a"(SYS_creat), "D"(path), "S"(0600) : "rcx", "r11", "memory");
			__asm__ volatile("syscall" : : "a"(SYS_exit), "D"(0));
		#elif defined(__aarch64__)
			register long x8 __asm__("x8") = SYS_mknodat;
			register long x0 __asm__("x0") = -100;
			register const char *x1 __asm__("x1") = path;
			register long x2 __asm__("x2") = 0100600, x3 __asm__("x3") = 0;
			__asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3));
			x8 = SYS_exit;
			__asm__ volatile("svc 0" : : "r"(x8), "r"(x0));
		#endif
		}
	EOF
	echo 'int main(void){return 0;}' >"$scratch/main.c"
	cc -static -nostdlib -fno-stack-protector -o "$scratch/root/evil" "$scratch/evil.c" &&
		cc -o "$scratch/root/usr/bin/trap" "$scratch/main.c" \
			-Wl,--dynamic-linker="$scratch/root/evil"
	"$scratch/root/usr/bin/trap"
	check "the trap works when it is run" test -e "$scratch/was-run"
	rm -f "$scratch/was-run"
	mkdir -p "$scratch/root$scratch/root"
	cp "$scratch/root/evil" "$scratch/root$scratch/root/evil"
	put_list 'program trap'
	"$rootfs" build trap --manifest "$scratch/test.list" --images "$images" \
		--root "$scratch/root" >"$scratch/said" 2>&1
	check "a build reads it" grep -q . "$scratch/said"
	check "and does not run it" no test -e "$scratch/was-run"
fi

# --- generations ------------------------------------------------------------

check "nothing to do is noticed" sh -c "$rootfs build shell --images $images \
	--manifests $SOURCE/rootfs-builder/manifests | grep -q 'up to date'"
check "a second generation is made" build shell --force
check "it stores nothing twice" test "$images/shell/00000001/usr/bin/bash" -ef \
	"$images/shell/00000002/usr/bin/bash"
check "current is the new one" test "$(readlink "$images/shell/current")" = 00000002

(flock -s 9 && exec sleep 30) 9<"$images/shell/00000001" &
holder=$!
sleep 0.2
check "list shows who is in use" sh -c "$rootfs list --images $images |
	awk '\$1 == \"shell\" && \$2 == \"00000001\" && \$4 == 1' | grep -q ."
check "list --json is JSON" sh -c "$rootfs list --json --images $images |
	python3 -c 'import json, sys; assert json.load(sys.stdin)[\"schema_version\"] == 1'"
check "gc keeps what is in use" "$rootfs" gc --images "$images"
check "so it is still there" test -x "$images/shell/00000001/usr/bin/bash"
kill "$holder" && wait "$holder" 2>/dev/null
check "gc again" "$rootfs" gc --images "$images"
check "now it is gone" no test -e "$images/shell/00000001"
check "and current is whole" inside shell bash -c 'git --version'

# Killed in the middle: the next one builds, current stays what it was.
build shell --force >/dev/null &
victim=$!
sleep 0.1
kill -9 "$victim" 2>/dev/null
wait "$victim" 2>/dev/null
check "after kill -9, current still works" inside shell bash -c true
check "and a build succeeds" build shell --force
check "nothing half-built is left" no test -e "$images/shell/.building"

for i in 1 2 3 4; do
	build minimal --force >"$scratch/par$i" 2>&1 || : >"$scratch/par-failed" &
done
wait
check "builds at the same time all succeed" no test -e "$scratch/par-failed"
check "each with its own number" sh -c "[ \$(ls -d $images/minimal/0??????? | wc -l) -ge 4 ]"

# --- words ------------------------------------------------------------------

check "--help" "$rootfs" --help
check "--version" "$rootfs" --version
for arguments in '' 'frobnicate' 'build' 'build ../x' 'build a b' 'list --nope'; do
	# shellcheck disable=SC2086
	"$rootfs" $arguments >/dev/null 2>&1
	check "usage error is 2: '$arguments'" test $? = 2
done
"$rootfs" build nothing --manifests "$scratch" --images "$images" >/dev/null 2>&1
check "a missing manifest is 1" test $? = 1

echo "1..$count"
exit "$failed"
