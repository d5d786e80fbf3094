import { unwrap } from '@ply/bytes'
import { ExtendedKey } from '@ply/crypto'
import {
  type JsonOutput,
  optional,
  param,
  type RpcArguments,
  type RpcMethod,
  expectBoolean,
  expectString,
} from '@ply/rpc'
import { type Descriptor, descriptorKeys, formatDescriptor, type KeyExpression, parseDescriptor } from '@ply/script'
import {
  accountDescriptorId,
  addAccount,
  createWalletDescriptor,
  type DescriptorWallet,
  type WalletDescriptor,
} from '@ply/wallet'
import type { NodeWallet } from '../nodeWallet.ts'
import { invalidAddress, walletError } from '../walletError.ts'
import type { WalletHost } from '../walletHost.ts'
import { readOutputType } from './addresses.ts'
import { checkOptions, optionOf } from './options.ts'
import { ensureUnlocked, optionsParam, walletMethod } from './walletMethod.ts'

/** The extended keys of a key expression, those of its participants, too. */
const extendedKeysOf = (key: KeyExpression): readonly ExtendedKey[] => {
  switch (key.kind) {
    case 'extended':
      return [key.key]
    case 'single':
      return []
    case 'musig':
      return key.participants.flatMap(extendedKeysOf)
  }
}

const hdKeysOf = (descriptor: Descriptor): readonly ExtendedKey[] => descriptorKeys(descriptor).flatMap(extendedKeysOf)

/** A descriptor as it was imported or made, without secrets. */
function publicForm({ network }: DescriptorWallet, { text }: WalletDescriptor): Descriptor {
  return unwrap(parseDescriptor(text, network))
}

interface KeyUse {
  readonly xpub: string
  readonly hasPrivate: boolean
  readonly xprv: string | undefined
  readonly descriptors: readonly { readonly desc: string; readonly active: boolean }[]
}

/** The extended keys of a wallet and the descriptors that they stand in. */
function collectKeys(wallet: DescriptorWallet, activeOnly: boolean): KeyUse[] {
  const uses = new Map<string, KeyUse>()
  const descriptors = wallet.book.all().filter(({ id }) => !activeOnly || wallet.book.isActive(id))
  for (const descriptor of descriptors) {
    const secret = wallet.ring.descriptor(descriptor.id)
    const xprvs = new Map((secret ? hdKeysOf(secret) : []).map((key) => [key.xpub, key.secretKey && key.xprv]))
    const entry = {
      desc: formatDescriptor(descriptor.descriptor, 'normalized'),
      active: wallet.book.isActive(descriptor.id),
    }
    for (const xpub of new Set(hdKeysOf(publicForm(wallet, descriptor)).map((key) => key.xpub))) {
      const known = uses.get(xpub)
      const xprv = known?.xprv ?? xprvs.get(xpub)
      // While the secrets are sealed nobody can tell which of several keys they are of.
      const hasSecret = secret ? xprvs.get(xpub) !== undefined : wallet.ring.has(descriptor.id)
      uses.set(xpub, {
        xpub,
        hasPrivate: (known?.hasPrivate ?? false) || hasSecret,
        xprv,
        descriptors: [...(known?.descriptors ?? []), entry],
      })
    }
  }
  return [...uses.values()]
}

/** True if the wallet has the secret of an extended key of a descriptor. */
export function ownsKeyOf(wallet: DescriptorWallet, descriptor: Descriptor): boolean {
  const xpubs = new Set(hdKeysOf(descriptor).map(({ xpub }) => xpub))
  return collectKeys(wallet, false).some(({ xpub, xprv }) => xprv !== undefined && xpubs.has(xpub))
}

const KEY_OPTIONS = { active_only: 'bool', private: 'bool' } as const

function getHdKeys(args: RpcArguments, owner: NodeWallet): JsonOutput {
  const options = args.object('options', {})
  checkOptions(options, KEY_OPTIONS)
  const showPrivate = optionOf(options, 'private', expectBoolean) ?? false
  if (showPrivate) ensureUnlocked(owner)
  const uses = collectKeys(owner.wallet, optionOf(options, 'active_only', expectBoolean) ?? false)
  return uses.map(({ xpub, hasPrivate, xprv, descriptors }) => ({
    xpub,
    has_private: hasPrivate,
    xprv: showPrivate && hasPrivate ? xprv : undefined,
    descriptors: [...descriptors].sort((a, b) => (a.desc < b.desc ? -1 : 1)),
  }))
}

/** The master key with its secret that new descriptors come from; error -5. */
function chooseMaster({ wallet }: NodeWallet, hdKey: string | undefined): ExtendedKey {
  const active = collectKeys(wallet, true)
  if (hdKey === undefined && active.length !== 1) {
    throw invalidAddress("Unable to determine which HD key to use from active descriptors. Please specify with 'hdkey'")
  }
  const xpub = hdKey ?? active[0]!.xpub
  const parsed = ExtendedKey.decode(xpub, wallet.network.address.extendedKeys)
  if (!parsed.ok || parsed.value.secretKey) {
    throw invalidAddress('Unable to parse HD key. Please provide a valid xpub')
  }
  const xprv = collectKeys(wallet, false).find((use) => use.xpub === xpub)?.xprv
  if (xprv === undefined) throw invalidAddress(`Private key for ${xpub} is not known`)
  return unwrap(ExtendedKey.decode(xprv, wallet.network.address.extendedKeys))
}

const DESCRIPTOR_OPTIONS = { internal: 'bool', hdkey: 'string' } as const

function createDescriptor(args: RpcArguments, owner: NodeWallet): JsonOutput {
  const { wallet, node } = owner
  const type = readOutputType(args.string('type'))
  const options = args.object('options', {})
  checkOptions(options, DESCRIPTOR_OPTIONS)
  const side = optionOf(options, 'internal', expectBoolean)
  ensureUnlocked(owner)
  const master = chooseMaster(owner, optionOf(options, 'hdkey', expectString))
  const created = (side === undefined ? [false, true] : [side])
    .filter((internal) => !wallet.book.get(accountDescriptorId(wallet, master, { type, internal })))
    .map((internal) => addAccount(wallet, master, { type, internal, entropy: node.entropy }))
  if (created.length === 0) throw walletError('Descriptor already exists')
  return { descs: created.map(({ descriptor }) => formatDescriptor(descriptor, 'normalized')) }
}

/** The master key of an argument, or a new one; error -5. */
function readMaster(args: RpcArguments, { wallet, node }: NodeWallet): ExtendedKey {
  const versions = wallet.network.address.extendedKeys
  if (!args.has('hdkey')) return ExtendedKey.fromSeed(node.entropy.bytes(32), versions)
  const key = ExtendedKey.decode(args.string('hdkey'), versions)
  if (!key.ok) throw invalidAddress('Could not parse HD key')
  if (!key.value.secretKey) {
    throw invalidAddress('Extended public key (xpub) provided, but extended private key (xprv) is required')
  }
  return key.value
}

function addHdKey(args: RpcArguments, owner: NodeWallet): JsonOutput {
  const { wallet, node } = owner
  if (wallet.flags.disablePrivateKeys) {
    throw walletError('addhdkey is not available for wallets without private keys')
  }
  ensureUnlocked(owner)
  const master = readMaster(args, owner)
  const parsed = unwrap(parseDescriptor(`unused(${master.xprv})`, wallet.network))
  const fields = { timestamp: owner.now(), internal: false, start: 0, end: 0, next: 0 }
  const descriptor = createWalletDescriptor(parsed, wallet.network, fields)
  if (wallet.book.get(descriptor.id)) throw walletError('HD key already exists')
  wallet.ring.add(descriptor.id, formatDescriptor(parsed, 'private'), node.entropy)
  unwrap(wallet.book.add(descriptor))
  return { xpub: master.xpub }
}

/** The keys that a wallet derives from. */
export const hdKeyMethods = (host: WalletHost): RpcMethod[] =>
  [
    {
      name: 'gethdkeys',
      help: 'The extended keys of the wallet and the descriptors that they stand in.',
      params: [optionsParam('active_only, private.', KEY_OPTIONS)],
      handler: getHdKeys,
    },
    {
      name: 'addhdkey',
      help: 'Keeps an extended key for createwalletdescriptor.',
      params: [optional('hdkey', 'string', 'The extended private key; a new one where it is left out.')],
      handler: addHdKey,
    },
    {
      name: 'createwalletdescriptor',
      help: 'Adds the usual descriptors of a kind of address, and gives addresses out from them.',
      params: [
        param('type', 'string', 'legacy, p2sh-segwit, bech32 or bech32m.'),
        optionsParam('internal, hdkey.', DESCRIPTOR_OPTIONS),
      ],
      handler: createDescriptor,
    },
  ].map(walletMethod(host))
