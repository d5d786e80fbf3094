import { paramShapes } from '@ply/layer1-node'
import type { BlockNode } from '@ply/chain'
import { computeMedianTimePast } from '@ply/consensus'
import { type JsonOutput, optional, param, type RpcArguments, type RpcMethod, expectObject } from '@ply/rpc'
import { formatDescriptor, isRanged } from '@ply/script'
import type { WalletDescriptor } from '@ply/wallet'
import { firstHeight } from '../chain/firstHeight.ts'
import type { NodeWallet } from '../nodeWallet.ts'
import { miscError, walletError } from '../walletError.ts'
import type { WalletHost } from '../walletHost.ts'
import { importDescriptor, importJson, readTimestamp } from './importDescriptor.ts'
import { reportMissing } from './missedRescan.ts'

import { ensureNoRescan } from './rescans.ts'
import { ensureUnlocked, walletMethod } from './walletMethod.ts'

/** Zero would mean that nobody knows. */
const EARLIEST = 1

async function importDescriptors(args: RpcArguments, owner: NodeWallet): Promise<JsonOutput> {
  ensureNoRescan(owner)
  ensureUnlocked(owner)
  const requests = args.array('requests').map(expectObject)
  const { tip } = owner.node.chain
  const timestamps = requests.map((request) => readTimestamp(request, computeMedianTimePast(tip)))
  const results = requests.map((request, i) => importDescriptor(owner, request, Math.max(timestamps[i]!, EARLIEST)))
  let failed: BlockNode | undefined
  if (results.some(({ success }) => success)) {
    owner.wallet.book.topUp()
    failed = await rescanFrom(owner, Math.max(Math.min(tip.time, ...timestamps), EARLIEST))
  }
  return results.map((result, i) => importJson(failed ? reportMissing(owner, result, timestamps[i]!, failed) : result))
}

/** Looks for what the new descriptors received; returns the last block that was not on disk. */
async function rescanFrom(owner: NodeWallet, time: number): Promise<BlockNode | undefined> {
  const { wallet } = owner
  const from = firstHeight(owner, time)
  const scanned = from === undefined ? undefined : await owner.rescan.run(from, wallet.ledger.height)
  if (scanned?.aborted) throw miscError('Rescan aborted by user.')
  owner.log('Scanning current mempool transactions.')
  owner.scanMempool()
  return scanned?.failed
}

function describe(owner: NodeWallet, descriptor: WalletDescriptor, secret: boolean): Record<string, JsonOutput> {
  const { wallet } = owner
  const withSecrets = secret ? wallet.ring.descriptor(descriptor.id) : undefined
  const ranged = isRanged(descriptor.descriptor)
  const active = wallet.book.isActive(descriptor.id)
  return {
    desc: secret
      ? formatDescriptor(withSecrets ?? descriptor.descriptor, 'private')
      : formatDescriptor(descriptor.descriptor, 'normalized'),
    timestamp: descriptor.timestamp,
    active,
    internal: active ? descriptor.internal : undefined,
    range: ranged ? [descriptor.start, descriptor.end - 1] : undefined,
    next: ranged ? descriptor.next : undefined,
    next_index: ranged ? descriptor.next : undefined,
  }
}

function listDescriptors(args: RpcArguments, owner: NodeWallet): JsonOutput {
  const secret = args.boolean('private')
  const { wallet } = owner
  if (secret && wallet.flags.disablePrivateKeys) {
    throw walletError("Can't get private descriptor string for watch-only wallets")
  }
  if (secret) ensureUnlocked(owner)
  const descriptors = wallet.book.all().map((descriptor) => describe(owner, descriptor, secret))
  descriptors.sort((a, b) => (String(a['desc']) < String(b['desc']) ? -1 : 1))
  return { wallet_name: owner.name, descriptors }
}

/** The descriptors of a wallet. */
export const descriptorMethods = (host: WalletHost): RpcMethod[] =>
  [
    {
      name: 'importdescriptors',
      help: 'Adds descriptors and looks for their coins.',
      params: [
        param('requests', 'array', 'Objects with desc, timestamp, active, range, next_index, internal, label.', {
          shape: paramShapes.IMPORTS,
        }),
      ],
      handler: importDescriptors,
    },
    {
      name: 'listdescriptors',
      help: 'The descriptors of the wallet.',
      params: [optional('private', 'bool', 'With their secret keys.', { default: false })],
      handler: listDescriptors,
    },
  ].map(walletMethod(host))
