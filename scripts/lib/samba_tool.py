# SPDX-License-Identifier: Apache-2.0
"""Runs samba-tool in this process, with further arguments (passwords) read from stdin, one a line.

Arguments of a process can be read by every user of the machine; those that come through stdin cannot.
Provisioning leaves out the access lists of sysvol: setting them needs real root, and the lab shares no files.
"""
import sys

import samba.provision
from samba.netcmd.main import cmd_sambatool

samba.provision.setsysvolacl = lambda *args, **kwargs: None

secret = [line for line in sys.stdin.read().split("\n") if line]
sys.exit(cmd_sambatool()._run("samba-tool", *sys.argv[1:], *secret))
