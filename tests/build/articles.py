"""An article as the CDs of the Knowledge Base have them; its sentences are ours."""

from __future__ import annotations

KBCD = b"""DOCUMENT:Q123456  03-MAR-1999  [winnt]
TITLE   :A Counter Stops After a Month
PRODUCT :Microsoft Windows NT
PROD/VER::4.0
OPER/SYS:
KEYWORDS:

======================================================================
-------------------------------------------------------------------------------
The information in this article applies to:

 - Microsoft Windows NT Server version 4.0
-------------------------------------------------------------------------------

SYMPTOMS
========

A counter stops.

RESOLUTION
==========

The English version of this fix should have the following file attributes or
later:

   Date      Time                 Size    File name     Platform
   -------------------------------------------------------------
   02/27/99  04:19p            375,056    Counter.dll   x86
   02/27/99  04:18p            690,448    Counter.dll   Alpha

STATUS
======

Words.
"""
