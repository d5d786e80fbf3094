const NOWHERE = { services: 0n, ip: new Uint8Array(16), port: 0 }

/** The first word of a peer that has all blocks and relays transactions. */
export const VERSION = {
  command: 'version',
  version: 70016,
  services: 9n,
  time: 1_700_000_000n,
  receiver: NOWHERE,
  sender: NOWHERE,
  nonce: 77n,
  userAgent: '/test/',
  startHeight: 0,
  relay: true,
} as const
