#!/bin/bash
# Files come and go by scp (both protocols), sftp (both servers), rsync and git.
# shellcheck source=../lib/world.sh
. "$(dirname "$0")/../lib/world.sh"

scp_by_the_sftp_protocol() {
	_make_tree "$scratch/tree"
	_scp_there_and_back
}

scp_by_its_own_protocol() {
	_make_tree "$scratch/tree"
	_scp_there_and_back -O
}

scp_of_a_missing_file_fails() {
	fails scp -q alice@world:missing "$scratch/x"
	fails scp -q -O alice@world:missing "$scratch/x"
}

sftp_with_the_internal_server() {
	_sftp_does_everything "$WORLD_SSH_PORT"
}

sftp_with_the_external_server() {
	_sftp_does_everything "$WORLD_SSH_SFTP_PORT"
}

# Seen by what /etc/passwd it reads: bob is not in the one of alice's jail.
both_sftp_servers_run_in_the_jail() {
	needs_jail
	local port
	for port in "$WORLD_SSH_PORT" "$WORLD_SSH_SFTP_PORT"; do
		scp -q -s -P "$port" alice@world:/etc/passwd "$scratch/passwd"
		grep -q ^alice: "$scratch/passwd"
		fails grep ^bob: "$scratch/passwd"
		fails scp -q -s -P "$port" alice@world:/proc/1/root/etc/passwd "$scratch/x"
	done
	scp -q -O alice@world:/etc/passwd "$scratch/passwd"
	grep -q ^alice: "$scratch/passwd"
	fails grep ^bob: "$scratch/passwd"
}

rsync_pushes_changes_and_pulls() {
	_make_tree "$scratch/tree"
	rsync -a "$scratch/tree" alice@world:rsynced/
	echo changed >>"$scratch/tree/a file"
	rm "$scratch/tree/sub/script"
	rsync -a --delete --checksum "$scratch/tree" alice@world:rsynced/
	_same_tree "$scratch/tree" /home/alice/rsynced/tree

	rsync -a alice@world:rsynced/tree/ "$scratch/back/"
	_same_tree "$scratch/tree" "$scratch/back"
}

git_clones_pushes_and_fetches_over_ssh() {
	export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@world
	export GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@world
	as alice 'git init -q --bare -b main project.git'
	git clone -q alice@world:project.git "$scratch/one"
	head -c 3M /dev/urandom >"$scratch/one/big"
	git -C "$scratch/one" add big
	git -C "$scratch/one" commit -q -m first
	git -C "$scratch/one" push -q origin HEAD:main

	git clone -q ssh://alice@world/home/alice/project.git "$scratch/two"
	cmp "$scratch/one/big" "$scratch/two/big"
	as alice 'git clone -q project.git inside && git -C inside log --oneline' | grep first
}

_scp_there_and_back() { # OPTION...
	rm -rf /home/alice/copied
	scp "$@" -q -r -p "$scratch/tree" alice@world:copied
	_same_tree "$scratch/tree" /home/alice/copied
	is "$(stat -c %U:%G /home/alice/copied/sub/script)" alice:alice
	scp "$@" -q -r -p alice@world:copied "$scratch/back"
	_same_tree "$scratch/tree" "$scratch/back"
}

_sftp_does_everything() { # PORT
	_make_tree "$scratch/tree"
	as alice 'rm -rf up'
	sftp -q -P "$1" -b - alice@world >"$scratch/listing" <<-END
		mkdir up
		cd up
		put -pR $scratch/tree
		rename tree/data tree/renamed
		chmod 600 tree/renamed
		symlink renamed tree/link
		mkdir empty
		rmdir empty
		put /etc/hostname gone
		rm gone
		ls -l tree
		get tree/renamed $scratch/got
	END
	cmp "$scratch/tree/data" "$scratch/got"
	grep -q -- '-rw------- .* tree/renamed' "$scratch/listing"
	is "$(readlink /home/alice/up/tree/link)" renamed
	is "$(ls /home/alice/up)" tree
	printf 'get missing\n' | fails sftp -q -P "$1" -b - alice@world
}

_make_tree() { # DIR
	mkdir -p "$1/sub/deep"
	head -c 5M /dev/urandom >"$1/data"
	echo content >"$1/a file"
	: >"$1/sub/empty"
	printf '#!/bin/sh\n' >"$1/sub/script"
	chmod 755 "$1/sub/script"
	touch -d 2001-02-03 "$1/sub/deep"
}

_same_tree() { # DIR DIR
	diff -r "$1" "$2"
	is "$(_attributes "$1")" "$(_attributes "$2")"
}

_attributes() { # DIR
	(cd "$1" && find . -type f -printf '%p %m %s %Ts\n' | sort)
}

run_promises "$@"
