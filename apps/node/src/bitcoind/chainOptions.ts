import { decodeHex } from '@ply/bytes'
import {
  type BuriedDeployment,
  createSignet,
  type NetworkName,
  type NetworkParameters,
  NETWORKS,
} from '@ply/primitives'
import { OptionError } from './optionError.ts'
import type { Settings } from './settings.ts'

const BURIED: Readonly<Record<string, BuriedDeployment>> = {
  segwit: 'segwit',
  bip34: 'bip34',
  dersig: 'bip66',
  cltv: 'bip65',
  csv: 'csv',
}
const MAX_HEIGHT = 0x7fffffff
/** Height from which on blocks may be deleted under `-fastprune`. */
const FAST_PRUNE_AFTER_HEIGHT = 100
/** Values that stand for a deployment that is always, or never, in force. */
const ALWAYS = -1
const NEVER = -2

type Consensus = NetworkParameters['consensus']

function readActivationHeights(texts: readonly string[]): Partial<Consensus['buriedHeights']> {
  const heights: Partial<Record<BuriedDeployment, number>> = {}
  for (const text of texts) {
    const at = text.indexOf('@')
    if (at < 0) throw new OptionError(`Invalid format (${text}) for -testactivationheight=name@height.`)
    const height = text.slice(at + 1)
    if (!/^\d{1,10}$/.test(height) || Number(height) >= MAX_HEIGHT) {
      throw new OptionError(`Invalid height value (${text}) for -testactivationheight=name@height.`)
    }
    const deployment = Object.hasOwn(BURIED, text.slice(0, at)) ? BURIED[text.slice(0, at)] : undefined
    if (!deployment) throw new OptionError(`Invalid name (${text}) for -testactivationheight=name@height.`)
    heights[deployment] = Number(height)
  }
  return heights
}

function readNumber(text: string, words: string): number {
  if (!/^-?\d{1,19}$/.test(text)) throw new OptionError(`Invalid ${words} (${text})`)
  return Number(text)
}

const startTime = (value: number): number | 'always' | 'never' =>
  value === ALWAYS ? 'always' : value === NEVER ? 'never' : value

/** BIP 9 times of a deployment, in seconds. */
function readDeployments(texts: readonly string[], known: Consensus['deployments']): Consensus['deployments'] {
  let deployments = known
  for (const text of texts) {
    const [name = '', start = '', end = '', height = '0', ...more] = text.split(':')
    if (end === '' || more.length > 0) {
      throw new OptionError('Version bits parameters malformed, expecting deployment:start:end[:min_activation_height]')
    }
    const times = {
      startTime: startTime(readNumber(start, 'nStartTime')),
      timeout: readNumber(end, 'nTimeout'),
      minActivationHeight: readNumber(height, 'min_activation_height'),
    }
    if (name !== 'testdummy') throw new OptionError(`Invalid deployment (${name})`)
    deployments = { ...deployments, [name]: { ...deployments[name], ...times } }
  }
  return deployments
}

/** Up to 64 hexadecimal digits, with or without `0x`, as 64 of them. */
function readHash(text: string): string | undefined {
  const digits = text.replace(/^0x/i, '')
  return /^[0-9a-fA-F]{0,64}$/.test(digits) ? digits.toLowerCase().padStart(64, '0') : undefined
}

function readMinimumChainWork(text: string | undefined, otherwise: bigint): bigint {
  if (text === undefined) return otherwise
  const work = readHash(text)
  if (work === undefined) {
    throw new OptionError(`Invalid minimum work specified (${text}), must be up to 64 hex digits`)
  }
  return BigInt(`0x${work}`)
}

function readAssumeValid(text: string | undefined, otherwise: string | undefined): string | undefined {
  if (text === undefined) return otherwise
  const hash = readHash(text)
  if (hash === undefined) {
    throw new OptionError(
      `Invalid assumevalid block hash specified (${text}), must be up to 64 hex digits (or 0 to disable)`,
    )
  }
  return /^0+$/.test(hash) ? undefined : hash
}

function readSignetChallenge(settings: Settings): Uint8Array | undefined {
  const [text, ...more] = settings.list('signetchallenge')
  if (text === undefined) return undefined
  if (more.length > 0) throw new OptionError('-signetchallenge cannot be multiple values.')
  const script = decodeHex(text)
  if (!script.ok) throw new OptionError(`-signetchallenge must be hex, not '${text}'.`)
  return script.value
}

/** A network's parameters with what the settings change about them. */
export function readNetwork(settings: Settings, name: NetworkName): NetworkParameters {
  const network = NETWORKS[name]
  const { consensus } = network
  for (const option of ['testactivationheight', 'vbparams']) {
    if (name === 'main' && settings.isSet(option)) {
      throw new OptionError(`The -${option} option may not be used on mainnet.`)
    }
  }
  const challenge = name === 'signet' ? readSignetChallenge(settings) : undefined
  const custom = challenge && createSignet(challenge)
  return {
    ...(custom ?? network),
    ...(name === 'regtest' && settings.flag('fastprune', false) && { pruneAfterHeight: FAST_PRUNE_AFTER_HEIGHT }),
    consensus: {
      ...(custom ?? network).consensus,
      buriedHeights: {
        ...consensus.buriedHeights,
        ...readActivationHeights(settings.list('testactivationheight')),
      },
      deployments: readDeployments(settings.list('vbparams'), consensus.deployments),
      enforceBip94: consensus.enforceBip94 || (name === 'regtest' && settings.list('test').includes('bip94')),
      minimumChainWork: readMinimumChainWork(
        settings.text('minimumchainwork'),
        custom ? 0n : consensus.minimumChainWork,
      ),
      assumeValid: readAssumeValid(settings.text('assumevalid'), custom ? undefined : consensus.assumeValid),
    },
  }
}
