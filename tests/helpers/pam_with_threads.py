# pam_with_threads.py USER THREADS [SERVICE TARGET]: opens a PAM session out of a
# process with so many threads, and prints "opened" or "refused". As sudo(8) does,
# the account is the user's and the session the target's; then it prints the homes
# that it sees.
import ctypes
import os
import sys
import threading

pam = ctypes.CDLL("libpam.so.0")
SILENT, SUCCESS, USER = 0x8000, 0, 2


class Conversation(ctypes.Structure):
    _fields_ = [("ask", ctypes.c_void_p), ("data", ctypes.c_void_p)]


def session(user, service="threads", target=None):
    handle = ctypes.c_void_p()
    talk = ctypes.CFUNCTYPE(
        ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p
    )(lambda *_: 19)
    conversation = Conversation(ctypes.cast(talk, ctypes.c_void_p), None)
    for code in (
        pam.pam_start(service.encode(), user.encode(), ctypes.byref(conversation), ctypes.byref(handle)),
        pam.pam_acct_mgmt(handle, SILENT),
        pam.pam_set_item(handle, USER, (target or user).encode()),
        pam.pam_open_session(handle, SILENT),
    ):
        if code != SUCCESS:
            return "refused"
    return "opened"


end = threading.Event()
for _ in range(int(sys.argv[2]) - 1):
    threading.Thread(target=end.wait, daemon=True).start()
sys.stdout.write(session(sys.argv[1], *sys.argv[3:]) + "\n")
if len(sys.argv) > 3:
    sys.stdout.write(" ".join(os.listdir("/home")) + "\n")
sys.stdout.flush()
os._exit(0)
