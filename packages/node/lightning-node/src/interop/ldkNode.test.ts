import * as ldk from 'lightningdevkit'
import { expect, test } from 'vitest'
import { ByteWriter, concatBytes, unwrap } from '@ply/bytes'
import {
  type Block,
  type BlockHash,
  blockMerkleRoot,
  computeBlockHash,
  decodeTransaction,
  encodeBlock,
  encodeTransaction,
  REGTEST,
  sats,
  type Transaction,
  type Txid,
} from '@ply/primitives'
import { LdkNode, type LdkWorld } from './ldkNode.ts'

// The harness itself, LDK against LDK: what it cannot do, our node need not be blamed for.
test('two LDK nodes open a channel over TCP, pay, and close', async () => {
  let tip = { hash: REGTEST.genesisHash as Uint8Array, height: 0 }
  let pending: Transaction[] = []
  const nodes: LdkNode[] = []
  let salt = 0
  const world: LdkWorld = {
    fund: (scriptPubKey, value) =>
      Promise.resolve(
        encodeTransaction({
          version: 2,
          inputs: [
            {
              prevout: { txid: new Uint8Array(32).fill(++salt) as Txid, index: 0 },
              scriptSig: new Uint8Array(0),
              sequence: 0xfffffffd,
              witness: [Uint8Array.of(1)],
            },
          ],
          outputs: [{ value: sats(value), scriptPubKey }],
          lockTime: 0,
        }),
      ),
    broadcast: (raw) => void pending.push(unwrap(decodeTransaction(raw))),
    feeratePerKw: 253,
    tip,
    now: 1_700_000_000,
  }
  const mine = (): void => {
    const coinbase: Transaction = {
      version: 2,
      inputs: [
        {
          prevout: { txid: new Uint8Array(32) as Txid, index: 0xffffffff },
          scriptSig: concatBytes(Uint8Array.of(4), new ByteWriter().u32(tip.height + 1).finish()),
          sequence: 0xffffffff,
          witness: [],
        },
      ],
      outputs: [{ value: sats(0), scriptPubKey: Uint8Array.of(0x51) }],
      lockTime: 0,
    }
    const transactions = [coinbase, ...pending]
    pending = []
    const header = {
      version: 4,
      previousBlockHash: tip.hash as BlockHash,
      merkleRoot: blockMerkleRoot({ transactions }).root,
      time: world.now + tip.height,
      bits: 0x207fffff,
      nonce: 0,
    }
    const block: Block = { header, transactions }
    tip = { hash: computeBlockHash(block.header), height: tip.height + 1 }
    for (const node of nodes) node.blockConnected(encodeBlock(block), tip.height)
  }

  const alice = await LdkNode.create({ seed: new Uint8Array(32).fill(1), world })
  const bob = await LdkNode.create({ seed: new Uint8Array(32).fill(2), world })
  nodes.push(alice, bob)
  try {
    await alice.connect(bob.id, await bob.listen())
    const ready = [alice.waitFor(ldk.Event_ChannelReady), bob.waitFor(ldk.Event_ChannelReady)]
    const funded = bob.waitFor(ldk.Event_ChannelPending)
    await untilConnected(alice, bob)
    alice.openChannel(bob.id, 1_000_000n, 100_000_000n)
    await funded
    await alice.waitFor(ldk.Event_ChannelPending)
    for (let i = 0; i < 6; i++) mine()
    await Promise.all(ready)

    alice.pay(bob.invoice(25_000_000n, 'tea'))
    await alice.waitFor(ldk.Event_PaymentSent)
    bob.pay(alice.invoice(5_000_000n, 'milk'))
    await bob.waitFor(ldk.Event_PaymentSent)

    const closed = [alice.waitFor(ldk.Event_ChannelClosed), bob.waitFor(ldk.Event_ChannelClosed)]
    alice.closeChannel(bob.id)
    await Promise.all(closed)
    const closing = pending.at(-1)
    expect(closing?.outputs.map((output) => output.value).sort()).toHaveLength(2)
  } finally {
    alice.stop()
    bob.stop()
  }
})

/** Resolves when both have seen the other's init. */
async function untilConnected(a: LdkNode, b: LdkNode): Promise<void> {
  while (!a.isConnected(b.id) || !b.isConnected(a.id)) await new Promise((resolve) => setImmediate(resolve))
}
