# pam_with_threads.py USER THREADS: opens a PAM session out of a process with so
# many threads, and prints "opened" or "refused".
import ctypes
import os
import sys
import threading

pam = ctypes.CDLL("libpam.so.0")
SILENT, SUCCESS = 0x8000, 0


class Conversation(ctypes.Structure):
    _fields_ = [("ask", ctypes.c_void_p), ("data", ctypes.c_void_p)]


def session(user):
    handle = ctypes.c_void_p()
    talk = ctypes.CFUNCTYPE(
        ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p
    )(lambda *_: 19)
    conversation = Conversation(ctypes.cast(talk, ctypes.c_void_p), None)
    for code in (
        pam.pam_start(b"threads", user.encode(), ctypes.byref(conversation), ctypes.byref(handle)),
        pam.pam_acct_mgmt(handle, SILENT),
        pam.pam_open_session(handle, SILENT),
    ):
        if code != SUCCESS:
            return "refused"
    return "opened"


end = threading.Event()
for _ in range(int(sys.argv[2]) - 1):
    threading.Thread(target=end.wait, daemon=True).start()
sys.stdout.write(session(sys.argv[1]) + "\n")
sys.stdout.flush()
os._exit(0)
