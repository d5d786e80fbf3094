import { afterEach, beforeEach, expect, test } from 'vitest'
import { concatBytes, hexToBytes } from '@ply/bytes'
import { createTcpTransport } from '@ply/net'
import { computeTxid, msats, REGTEST, sats } from '@ply/primitives'
import { createRandom, type Random } from '@ply/testkit'
import { createInitiator } from '@ply/transport'
import { publicKeyFromSecret } from '@ply/crypto'
import { ALL_CHANNELS, type ChannelId, encodeMessage, type Message } from '@ply/wire'
import { PeerConnection } from './peers/peerConnection.ts'
import { TestNetwork, type TestNode } from './test/testNetwork.ts'

let network: TestNetwork
let node: TestNode

beforeEach(async () => {
  network = new TestNetwork()
  node = await network.add('alice')
})
afterEach(async () => {
  await network.stop()
})

/** A peer that says what it likes. */
async function connectStranger(
  secret: Uint8Array,
): Promise<{ readonly peer: PeerConnection; readonly gone: Promise<void> }> {
  const connection = await createTcpTransport().connect(node.address, 5000)
  const handshake = createInitiator({
    localStaticSecret: secret,
    ephemeralSecret: new Uint8Array(32).fill(9),
    remoteStaticKey: hexToBytes(node.id),
  })
  return new Promise((resolve) => {
    let tellGone: () => void = () => undefined
    const gone = new Promise<void>((done) => {
      tellGone = done
    })
    const peer = new PeerConnection(connection, handshake, {
      outbound: true,
      handlers: {
        established: () => {
          resolve({ peer, gone })
        },
        message: () => undefined,
        closed: () => {
          tellGone()
        },
      },
    })
    peer.start()
  })
}

const key = (random: Random): Uint8Array => publicKeyFromSecret(random.bytes(32))!

/** Messages that a node may get at any time, wellformed but out of place. */
function anyMessage(random: Random): Message {
  const channelId = random.bytes(32) as ChannelId
  const signature = random.bytes(64)
  const signedBefore = { chainHash: REGTEST.genesisHash, features: new Uint8Array(0) }
  const messages: (() => Message)[] = [
    () => ({ type: 'init', globalFeatures: random.bytes(random.below(3)), features: random.bytes(random.below(9)) }),
    () => ({ type: 'ping', numPongBytes: random.below(65536), ignored: random.bytes(random.below(20)) }),
    () => ({ type: 'pong', ignored: new Uint8Array(1) }),
    () => ({ type: 'error', channelId: random.chance(0.5) ? ALL_CHANNELS : channelId, data: random.bytes(20) }),
    () => ({ type: 'funding_signed', channelId, signature }),
    () => ({ type: 'channel_ready', channelId, secondPerCommitmentPoint: key(random) }),
    () => ({ type: 'shutdown', channelId, scriptpubkey: random.bytes(22) }),
    () => ({ type: 'closing_signed', channelId, feeSatoshis: sats(random.below(1000)), signature }),
    () => ({ type: 'commitment_signed', channelId, signature, htlcSignatures: [signature] }),
    () => ({
      type: 'revoke_and_ack',
      channelId,
      perCommitmentSecret: random.bytes(32),
      nextPerCommitmentPoint: key(random),
    }),
    () => ({ type: 'update_fulfill_htlc', channelId, id: 0n, paymentPreimage: random.bytes(32) }),
    () => ({
      type: 'channel_reestablish',
      channelId,
      nextCommitmentNumber: BigInt(random.below(5)),
      nextRevocationNumber: 0n,
      yourLastPerCommitmentSecret: new Uint8Array(32),
      myCurrentPerCommitmentPoint: key(random),
    }),
    () => ({
      type: 'open_channel',
      chainHash: REGTEST.genesisHash,
      temporaryChannelId: channelId,
      fundingSatoshis: sats(random.below(2 ** 30)),
      pushMsat: msats(random.below(2 ** 30)),
      dustLimitSatoshis: sats(random.below(1000)),
      maxHtlcValueInFlightMsat: msats(random.below(2 ** 30)),
      channelReserveSatoshis: sats(random.below(2 ** 20)),
      htlcMinimumMsat: msats(random.below(5000)),
      feeratePerKw: random.below(20_000),
      toSelfDelay: random.below(3000),
      maxAcceptedHtlcs: random.below(500),
      fundingPubkey: key(random),
      revocationBasepoint: key(random),
      paymentBasepoint: key(random),
      delayedPaymentBasepoint: key(random),
      htlcBasepoint: key(random),
      firstPerCommitmentPoint: key(random),
      channelFlags: random.below(256),
      channelType: hexToBytes('401000'),
    }),
    () => ({
      type: 'funding_created',
      temporaryChannelId: channelId,
      fundingTxid: computeTxid(REGTEST.genesis.transactions[0]!),
      fundingOutputIndex: 0,
      signature,
    }),
    () => ({
      type: 'query_channel_range',
      chainHash: signedBefore.chainHash,
      firstBlocknum: random.below(2 ** 31),
      numberOfBlocks: random.below(2 ** 31),
    }),
    () => ({ type: 'query_short_channel_ids', chainHash: signedBefore.chainHash, encodedShortIds: random.bytes(17) }),
    () => ({
      type: 'gossip_timestamp_filter',
      chainHash: signedBefore.chainHash,
      firstTimestamp: random.below(2 ** 31),
      timestampRange: 0xffffffff,
    }),
    () => ({ type: 'unknown', typeNumber: 2 * random.below(16_000) + 1, payload: random.bytes(random.below(50)) }),
  ]
  return random.pick(messages)()
}

test('whatever a stranger sends, the node lives on, and its channels too', { timeout: 30_000 }, async () => {
  const random = createRandom(3)
  const bob = await network.add('bob')
  await network.fund(node, 2_000_000n)
  await network.open(node, bob, 1_000_000)
  for (let round = 0; round < 20; round++) {
    const { peer, gone } = await connectStranger(random.bytes(32))
    if (random.chance(0.8)) {
      peer.send(encodeMessage({ type: 'init', globalFeatures: new Uint8Array(0), features: new Uint8Array(0) }))
    }
    for (let n = random.below(30); n > 0; n--) {
      const bytes = encodeMessage(anyMessage(random))
      if (random.chance(0.3)) bytes[random.below(bytes.length)]! ^= 1 << random.below(8)
      const cut = random.chance(0.1) ? bytes.subarray(0, random.below(bytes.length)) : bytes
      peer.send(random.chance(0.05) ? concatBytes(cut, random.bytes(10)) : cut)
    }
    peer.close('enough')
    await gone
  }
  const invoice = await bob.call('invoice', ['1000sat', 'still', 'here'])
  expect((await node.call('pay', [invoice['bolt11'] as string]))['status']).toBe('complete')
  expect(node.log.filter((line) => line.includes(' error '))).toEqual([])
  const channels = await node.rows('listpeerchannels', 'channels')
  expect(channels.filter((channel) => channel['usable'])).toHaveLength(1)
})

test('a peer of an even unknown type is cut off', async () => {
  const { peer, gone } = await connectStranger(new Uint8Array(32).fill(3))
  peer.send(encodeMessage({ type: 'init', globalFeatures: new Uint8Array(0), features: new Uint8Array(0) }))
  peer.send(Uint8Array.of(0xff, 0xfe, 0))
  await gone
})
