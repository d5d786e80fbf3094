import { difficultyAdjustmentInterval, type NetworkParameters } from '@ply/primitives'
import type { ChainHeader } from '../header/chainHeader.ts'
import {
  computeDeploymentState,
  deploymentCondition,
  hasVersionBit,
  VERSIONBITS_NUM_BITS,
  VERSIONBITS_TOP_BITS,
  type DeploymentCache,
  type DeploymentState,
  type ThresholdCondition,
} from './versionBits.ts'

type DeploymentName = keyof NetworkParameters['consensus']['deployments']

/** Blocks below this height on mainnet signalled for deployments that are buried by now. */
const MIN_WARNING_HEIGHT: Readonly<Record<string, number>> = { main: 711_648 }

/** The version-bits deployments of one network, with the states computed so far. */
export class VersionBitsCache {
  readonly #parameters: NetworkParameters
  readonly #deployments: readonly { name: DeploymentName; condition: ThresholdCondition; cache: DeploymentCache }[]
  readonly #unknown: readonly DeploymentCache[]

  constructor(parameters: NetworkParameters) {
    this.#parameters = parameters
    const { deployments } = parameters.consensus
    const names = Object.keys(deployments) as DeploymentName[]
    this.#deployments = names.map((name) => ({
      name,
      condition: deploymentCondition(deployments[name]),
      cache: new Map(),
    }))
    this.#unknown = Array.from({ length: VERSIONBITS_NUM_BITS }, () => new Map())
  }

  /** The state of each deployment in the block after `previous`. */
  states(previous: ChainHeader | undefined): ReadonlyMap<DeploymentName, DeploymentState> {
    return new Map(
      this.#deployments.map(({ name, condition, cache }) => [name, computeDeploymentState(condition, previous, cache)]),
    )
  }

  /** What a deployment's state is computed from, for those who report on it. */
  deployment(name: DeploymentName): { readonly condition: ThresholdCondition; readonly cache: DeploymentCache } {
    return this.#deployments.find((deployment) => deployment.name === name)!
  }

  /** The version of a block to be mined after `previous`: it signals for all that is started or locked in. */
  blockVersion(previous: ChainHeader | undefined): number {
    let version = VERSIONBITS_TOP_BITS
    for (const [name, state] of this.states(previous)) {
      const { bit } = this.#parameters.consensus.deployments[name]
      if (state === 'started' || state === 'locked_in') version |= 1 << bit
    }
    return version
  }

  /** Bits that enough blocks up to `block` signalled, though no deployment known here explains them. */
  unknownActivations(block: ChainHeader): { readonly bit: number; readonly active: boolean }[] {
    const found: { bit: number; active: boolean }[] = []
    this.#unknown.forEach((cache, bit) => {
      const state = computeDeploymentState(this.#unknownCondition(bit), block, cache)
      if (state === 'active' || state === 'locked_in') found.push({ bit, active: state === 'active' })
    })
    return found
  }

  #unknownCondition(bit: number): ThresholdCondition {
    const parameters = this.#parameters
    const isTest = parameters.name !== 'main'
    const period = isTest ? difficultyAdjustmentInterval(parameters) : 2016
    return {
      startTime: 0,
      timeout: Infinity,
      minActivationHeight: 0,
      period,
      threshold: isTest ? Math.floor((period * 3) / 4) : 1815,
      signals: (block) =>
        block.height >= (MIN_WARNING_HEIGHT[parameters.name] ?? 0) &&
        hasVersionBit(block.version, bit) &&
        !hasVersionBit(this.blockVersion(block.previous), bit),
    }
  }
}
