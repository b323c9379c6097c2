#!/bin/bash
# Forwarded connections come from inside the jail, and end inside it.
# shellcheck source=../lib/world.sh
. "$(dirname "$0")/../lib/world.sh"

local_forward_reaches_a_server_of_the_same_jail() {
	listen_as alice server
	connect master alice -L "7001:127.0.0.1:$listen_port"
	is "$(_ask 7001)" "hello from server"
}

# A sandbox that begins at the login shell leaves sshd's forwards outside.
# Without: supervisor/init_settle.c: s/own_network = .*/own_network = false;/
# Without: libjail/identity.c: /\[NS_NET\]/s/CLONE_NEWNET/0/
local_forward_does_not_reach_the_host() {
	needs_jail
	listen_on_the_host host
	is "$(_ask "$listen_port")" "hello from host"
	connect master alice -L "7002:127.0.0.1:$listen_port"
	is "$(_ask 7002)" ""
	fails as alice "$(ask "$listen_port")"
	# sshd itself, database sockets and the like are the host's too.
	connect sshd alice -L 7003:127.0.0.1:2222
	is "$(_ask 7003)" ""
}

local_forward_does_not_reach_the_neighbour() {
	needs_jail
	listen_as bob neighbour
	connect bob bob -L "7004:127.0.0.1:$listen_port"
	is "$(_ask 7004)" "hello from neighbour"
	connect alice alice -L "7005:127.0.0.1:$listen_port"
	is "$(_ask 7005)" ""
}

# network = host, as erin's policy says.
a_policy_may_give_the_network_of_the_host() {
	listen_on_the_host host
	connect master erin -L "7006:127.0.0.1:$listen_port"
	is "$(_ask 7006)" "hello from host"
}

remote_forward_carries_from_the_jail_to_the_client() {
	listen_on_the_host client
	connect master alice -R "7007:127.0.0.1:$listen_port"
	is "$(as alice "$(ask 7007)")" "hello from client"
}

remote_forward_listens_inside_only() {
	needs_jail
	listen_on_the_host client
	connect alice alice -R "7008:127.0.0.1:$listen_port"
	is "$(as alice "$(ask 7008)")" "hello from client"
	is "$(_ask 7008)" ""
	# The port is free for the neighbour and for the host.
	connect bob bob -R "7008:127.0.0.1:$listen_port"
	listen_on_the_host host 7008
	is "$(_ask 7008)" "hello from host"
}

dynamic_forward_is_a_proxy_into_the_jail() {
	listen_as alice server
	connect master alice -D 7009
	# It speaks no HTTP; curl shows what came all the same.
	is "$(curl -s --http0.9 -x socks5h://127.0.0.1:7009 "http://127.0.0.1:$listen_port/")" \
		"hello from server"
}

unix_sockets_are_forwarded_both_ways() {
	listen_on_the_host client
	connect master alice -R "/tmp/world-$$.sock:127.0.0.1:$listen_port" \
		-L "$scratch/local:/tmp/world-$$.sock"
	is "$(curl -s --http0.9 --unix-socket "$scratch/local" http://x/)" "hello from client"
}

# stdin and stdout of ssh -W are a connection from the far side.
a_jump_host_relays() {
	is "$(as bob 'id -un' -J "erin@127.0.0.1:$WORLD_SSH_PORT")" bob
}

a_jail_without_network_is_no_jump_host() {
	needs_jail
	fails as bob 'id -un' -J "alice@127.0.0.1:$WORLD_SSH_PORT"
}

sessions_of_one_connection_share_everything() {
	connect master alice
	is "$(within master 'id -un')" alice
	is "$(within master "$namespaces")" "$(within master "$namespaces")"
	within master 'echo kept >/tmp/note'
	is "$(within master 'cat /tmp/note')" kept
	status_is 9 within master 'exit 9'
	sftp -q -o "ControlPath=$scratch/master" -b - world <<-END
		get /tmp/note $scratch/note
	END
	is "$(cat "$scratch/note")" kept
}

forwards_are_added_to_a_running_connection() {
	listen_as alice server
	connect master alice
	ssh -S "$scratch/master" -O forward -L "7010:127.0.0.1:$listen_port" world
	is "$(_ask 7010)" "hello from server"
}

the_agent_follows_into_the_session() {
	eval "$(ssh-agent -a "$scratch/agent")"
	tap_background+=("$SSH_AGENT_PID")
	ssh-add -q "$WORLD_KEY"
	as alice 'ssh-add -l' -A | grep -q ED25519
	as alice 'test -z "$SSH_AUTH_SOCK"'
	# And is of use there: on to another host, here the same one.
	is "$(as erin "ssh -A -o BatchMode=yes -o StrictHostKeyChecking=no \
		-o LogLevel=ERROR -p $WORLD_SSH_PORT bob@127.0.0.1 id -un" -A)" bob
}

_ask() { # PORT
	sh -c "$(ask "$1")" 2>/dev/null || true
}

run_promises "$@"
