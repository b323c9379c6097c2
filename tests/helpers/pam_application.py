#!/usr/bin/python3
# pam_application.py SERVICE: asks for sessions as no server does, and prints what
# comes of it.
import ctypes
import os
import sys

PAM_USER, PAM_RHOST = 2, 4
pam = ctypes.CDLL("libpam.so.0")

TALK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p,
                        ctypes.c_void_p)


class Conversation(ctypes.Structure):
    _fields_ = [("talk", TALK), ("data", ctypes.c_void_p)]


conversation = Conversation(TALK(lambda *_: 19), None)  # PAM_CONV_ERR: nobody answers


def start(user):
    handle = ctypes.c_void_p()
    code = pam.pam_start(sys.argv[1].encode(), user, ctypes.byref(conversation),
                         ctypes.byref(handle))
    assert code == 0, code
    return handle


def open_session(what, handle):
    code = pam.pam_open_session(handle, 0)
    print(f"{what}: {'refused' if code else 'yes'}", flush=True)


open_session("nobody", start(None))
open_session("root", start(b"root"))
alice = start(b"alice")
pam.pam_set_item(alice, PAM_RHOST, b"x" * 300)
open_session("a host name that is too long", alice)
pam.pam_set_item(alice, PAM_RHOST, b"here")
open_session("alice", alice)
open_session("alice again", alice)
pam.pam_set_item(alice, PAM_USER, b"bob")
open_session("bob in her jail", alice)
pam.pam_set_item(alice, PAM_USER, b"alice")
child = os.fork()
if child == 0:
    open_session("alice in a child", alice)
    os._exit(0)
os.waitpid(child, 0)
