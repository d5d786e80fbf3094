import type { NetAddress } from '../message/netAddress.ts'
import type { Service } from './host.ts'
import { BoundedSet } from '../peer/boundedSet.ts'

const KNOWN_ADDRESSES = 5000

/** What address gossip remembers about one connection. Times are milliseconds since the Unix epoch. */
export class PeerAddresses {
  /** Gossip goes both ways: not over block-relay-only connections, nor before an inbound peer took part. */
  enabled = false
  /** Our `getaddr` is not answered in full yet. */
  asked = false
  /** The peer's `getaddr` was answered. */
  answered = false
  /** Addresses that the peer has or was sent. */
  readonly known = new BoundedSet(KNOWN_ADDRESSES)
  toSend: NetAddress[] = []
  nextSendAt = 0
  /** When our own address is told next; 0 before the first time. */
  nextOwnAt = 0
  /** Where the peer says that it sees us. */
  seenAs: Service | undefined
  /** Addresses that the peer may tell us now. */
  allowance = 1
  allowanceAt: number
  processed = 0
  rateLimited = 0

  constructor(now: number) {
    this.allowanceAt = now
  }
}
