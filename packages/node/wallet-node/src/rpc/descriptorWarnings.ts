import { type Descriptor, formatDescriptor, SEQUENCE_LOCKTIME_TYPE_FLAG } from '@ply/script'

/** BIP 68: as much as a relative lock holds. */
const MAX_RELATIVE_LOCK = 0xffff

/** Relative locks of a descriptor that hold less than they say: only their last 16 bits count. Bitcoin Core's words. */
export function warnOfLocks(descriptor: Descriptor): string[] {
  const locks = [...formatDescriptor(descriptor).matchAll(/\bolder\((\d+)\)/g)].map(([, lock]) => Number(lock))
  return locks.flatMap((lock) => {
    const isTime = (lock & SEQUENCE_LOCKTIME_TYPE_FLAG) !== 0
    if ((lock & ~SEQUENCE_LOCKTIME_TYPE_FLAG) >>> 0 <= MAX_RELATIVE_LOCK) return []
    return isTime
      ? [`time-based relative locktime: older(${lock}) > (65535 * 512) seconds is unsafe`]
      : [`height-based relative locktime: older(${lock}) > 65535 blocks is unsafe`]
  })
}
