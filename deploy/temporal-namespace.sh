#!/bin/sh
# Makes the namespace once. A closed case stays readable for 30 days; evidence lives in the register, not here.
set -eu
temporal operator namespace describe -n "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create -n "$TEMPORAL_NAMESPACE" --retention 30d
