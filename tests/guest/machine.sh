# shellcheck shell=sh
# machine.sh - the guest as a machine: how it is started and spoken to.
# Sourced by build and run, so that both mean the same machine: a memory image
# can be resumed only by the command line that wrote it.
#
# Nothing of it outlives its shell: QEMU dies with its parent, its changes to
# the disk are in a file that has no name, and so is its console. The caller is
# in a network namespace of its own (unshare --net), where port 2022 is free.

# The console is a file without a name behind descriptor 9.
console_open() {
	console=$(mktemp)
	exec 9<>"$console"
	rm -f "$console"
}

console_tail() {
	echo "--- console, its end:"
	tail -n 40 /dev/fd/9 | tr -d '\r'
}

# What QEMU 7.2 cannot emulate is left out, for the kernel died of it:
# - a second processor: one may run a breakpoint that the other has just removed,
#   when it switches code on or off (seen in put_prev_entity, as the first cpu.max
#   was written); 8.1 locks pages before it translates them;
# - cx16: cmpxchg16b leaves garbage in the flags, which an interrupt then saves
#   (seen in kmalloc); 8.0 made it anew.
machine_start() { # machine_start DIRECTORY [QEMU ARGUMENT...]
	directory=$1
	shift
	setpriv --pdeathsig KILL qemu-system-x86_64 \
		-machine q35 -accel tcg,thread=single,tb-size=512 -cpu max,-cx16 -smp 1 -m 1024 \
		-nodefaults -display none -no-reboot \
		-kernel "$directory/kernel" -initrd "$directory/initrd" \
		-append "root=/dev/vda rw console=ttyS0 panic=-1 net.ifnames=0 fsck.mode=skip quiet" \
		-drive "file=$directory/disk,format=raw,if=virtio,cache=unsafe" \
		-netdev user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:2022-:2022 \
		-device virtio-net-pci,netdev=net,romfile= \
		-device virtio-rng-pci \
		-serial file:/dev/fd/9 "$@" &
	machine=$!
}

# Waits until QEMU is gone, and fails unless it ended well and in time.
machine_end() { # machine_end SECONDS
	end=$(($(date +%s) + $1))
	while kill -0 "$machine" 2>/dev/null; do
		[ "$(date +%s)" -lt "$end" ] || kill -9 "$machine"
		sleep 0.2
	done
	wait "$machine"
}

# One command in the guest. ssh's own time-outs do not see a stopped guest.
machine_do() { # machine_do SECONDS DIRECTORY COMMAND...
	seconds=$1 directory=$2
	shift 2
	timeout --foreground "$seconds" ssh -F /dev/null -i "$directory/key" -p 2022 \
		-o BatchMode=yes -o LogLevel=ERROR -o ConnectTimeout=30 \
		-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
		root@127.0.0.1 "$@"
}

# Waits until the guest answers; fails when it takes too long or QEMU ends.
machine_wait() { # machine_wait SECONDS DIRECTORY
	end=$(($(date +%s) + $1))
	until machine_do 20 "$2" true </dev/null 2>/dev/null; do
		[ "$(date +%s)" -lt "$end" ] || return 1
		kill -0 "$machine" 2>/dev/null || return 1
		sleep 0.5
	done
}
