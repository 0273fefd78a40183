#!/bin/sh
echo "web has no owner" >&2
echo "web has no budget" >&2
exit 1
