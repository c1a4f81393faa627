#!/bin/sh
# SeaweedFS in one process. Its keys come from secret files, so they stand in no image, file or process list.
set -eu
WEED_S3_SSE_KEY="$(cat /run/secrets/s3_sse_key)"
WEED_JWT_FILER_SIGNING_KEY="$(cat /run/secrets/s3_filer_key)"
export WEED_S3_SSE_KEY WEED_JWT_FILER_SIGNING_KEY

# What was deleted lies in the volumes until they are written anew: hourly, for any volume that has such bytes.
# A bucket is made on purpose (`starter.py prepare`), never by a misspelt name, and never dropped while it holds data.
exec weed -logtostderr=true server \
  -dir="${S3_DATA:-/data}" -ip="${S3_HOST:-s3}" -ip.bind=0.0.0.0 \
  -filer -s3 -s3.port=8333 -s3.port.iceberg=0 -s3.port.lance=0 \
  -s3.config=/run/secrets/s3_identities \
  -s3.autoCreateBucket=false -s3.allowDeleteBucketNotEmpty=false \
  -master.garbageThreshold=0.0001 -master.vacuumIntervalSeconds=3600 \
  -master.volumeSizeLimitMB=1024 -volume.max=0
