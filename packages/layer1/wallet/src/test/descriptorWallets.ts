import { unwrap } from '@ply/bytes'
import {
  type BlockHash,
  computeTxid,
  REGTEST,
  sats,
  SEQUENCE_FINAL,
  type Transaction,
  type Txid,
  ZERO_HASH,
} from '@ply/primitives'
import { parseDescriptor } from '@ply/script'
import { SeededEntropy } from '@ply/testkit'
import { DescriptorWallet, EMPTY_WALLET } from '../descriptorWallet/descriptorWallet.ts'
import { EMPTY_POOL } from '../descriptorWallet/poolView.ts'
import { createWalletDescriptor } from '../descriptorWallet/walletDescriptor.ts'

/** A wallet of ranged descriptors with their secret keys, the first `keypool` addresses of each watched. */
export function createDescriptorWallet(texts: readonly string[], keypool: number): DescriptorWallet {
  const flags = { disablePrivateKeys: false, blank: true, avoidReuse: false }
  const ledger = { height: -1, recentBlocks: [], records: [] }
  const environment = { network: REGTEST, keypool, now: () => 1_700_000_000, pool: EMPTY_POOL }
  const wallet = new DescriptorWallet({ ...EMPTY_WALLET, flags, ledger }, environment)
  const fields = { timestamp: 1, internal: false, start: 0, end: keypool, next: 0 }
  for (const text of texts) {
    const descriptor = createWalletDescriptor(unwrap(parseDescriptor(text, REGTEST)), REGTEST, fields)
    wallet.ring.add(descriptor.id, text, new SeededEntropy(1))
    unwrap(wallet.book.add(descriptor))
  }
  wallet.takeChanges()
  return wallet
}

const input = (txid: Txid) => ({
  prevout: { txid, index: 0 },
  scriptSig: new Uint8Array(0),
  sequence: SEQUENCE_FINAL,
  witness: [],
})

/** Pays once to each of the first addresses of a wallet's first descriptor; returns what spends all of it. */
export function spendMany(wallet: DescriptorWallet, count: number): Transaction {
  const { id } = wallet.book.all()[0]!
  const scripts = Array.from({ length: count }, () => unwrap(wallet.book.takeNext(id)).scriptPubKey)
  const parents = scripts.map((scriptPubKey, i) => {
    const txid = new Uint8Array(32).fill(i & 0xff).fill(i >> 8, 31) as Txid
    return { version: 2, inputs: [input(txid)], outputs: [{ value: sats(1000), scriptPubKey }], lockTime: 0 }
  })
  wallet.ledger.moveTo({ height: 0, hash: ZERO_HASH as BlockHash })
  parents.forEach((parent, position) => {
    wallet.ledger.takeConfirmed(parent, { height: 0, position }, 1)
  })
  const outputs = [{ value: sats(500 * count), scriptPubKey: scripts[0]! }]
  return { version: 2, inputs: parents.map((parent) => input(computeTxid(parent))), outputs, lockTime: 0 }
}
