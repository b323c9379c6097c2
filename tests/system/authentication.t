#!/bin/bash
# Every way of proving who one is leads into the jail; a wrong one leads nowhere.
# shellcheck source=../lib/world.sh
. "$(dirname "$0")/../lib/world.sh"

by_key() {
	_lands_in_her_jail as alice "$_where" -o PreferredAuthentications=publickey
}

by_password() {
	_lands_in_her_jail sshpass -e ssh -o PreferredAuthentications=password \
		alice@world "$_where"
}

# sshd runs authentication and account in a child of its own here: nothing
# that the module remembers there survives until the session.
by_keyboard_interactive() {
	_lands_in_her_jail sshpass -e ssh -o PreferredAuthentications=keyboard-interactive \
		alice@world "$_where"
}

a_wrong_password_is_refused() {
	local method
	for method in password keyboard-interactive; do
		mark_log
		SSHPASS=wrong fails sshpass -e ssh -o NumberOfPasswordPrompts=1 \
			-o "PreferredAuthentications=$method" alice@world true
		logged 'Failed .* for alice|authentication failure.*user=alice'
	done
}

an_exempt_user_is_not_jailed() {
	is "$(as admin "$namespaces")" "$(sh -c "$namespaces")"
	is "$(as root "$namespaces")" "$(sh -c "$namespaces")"
}

a_refused_user_learns_nothing_and_gets_nothing() {
	needs_jail
	mark_log
	useradd -m -s /bin/bash nobodys
	status_is 255 as nobodys 'echo hello' >"$scratch/out"
	is "$(cat "$scratch/out")" ""
	logged 'pam_jail.*nobodys'
	fails ssh -o BatchMode=yes -N nobodys@world
}

export SSHPASS=$WORLD_PASSWORD
_where="id -un; $namespaces"

_lands_in_her_jail() { # COMMAND...
	local there
	connect other alice
	there=$("$@")
	is "$there" "$(within other "$_where")"
	[ "$WORLD_JAILED" = no ] ||
		isnt "$there" "$(outside alice "$_where")"
}

run_promises "$@"
