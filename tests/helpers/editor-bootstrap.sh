# What an editor's remote half does at its first connection, in the manner of
# VS Code: this script comes by stdin of `ssh -T HOST bash`, unpacks a server
# below the home, starts it once however many windows connect, tells its port.
# Its tar archive is in ARCHIVE, its name in COMMIT: the caller puts both first.
# shellcheck shell=bash disable=SC2154
set -e
umask 077

dir=~/.editor-server
mkdir -p "$dir"
exec 9>"$dir/lock"
flock -w 30 9

if [ ! -e "$dir/bin/$COMMIT/server" ]; then
	unpacking=$(mktemp -d "$dir/bin-XXXXXX")
	base64 -d <<<"$ARCHIVE" | tar -xzf - -C "$unpacking"
	mkdir -p "$dir/bin"
	mv "$unpacking" "$dir/bin/$COMMIT"
fi
if ! { [ -s "$dir/pid" ] && kill -0 "$(<"$dir/pid")" 2>/dev/null; }; then
	: >"$dir/port"
	nohup setsid perl "$dir/bin/$COMMIT/server" editor </dev/null \
		>"$dir/port" 2>"$dir/log" 9>&- &
	echo $! >"$dir/pid"
fi
for ((i = 0; i < 600; i++)); do
	[ ! -s "$dir/port" ] || break
	sleep 0.05
done
flock -u 9

echo "arch=$(uname -m)"
echo "glibc=$(ldd --version 2>/dev/null | head -n 1)"
echo "terminal=$(script -qec tty /dev/null </dev/null | tr -d '\r')"
echo "port=$(<"$dir/port")"
echo "pid=$(<"$dir/pid")"
echo "bootstrap=done"
