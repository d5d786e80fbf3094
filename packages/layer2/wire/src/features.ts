import { err, ok, type Result } from '@ply/bytes'

// BOLT 9, and BLIP 2 for `keysend`. A feature has two bits: the even one makes it compulsory, the odd one optional.

interface FeatureDefinition {
  /** The even bit. */
  readonly bit: number
  /** Where it is presented: I init, N node_announcement, C channel_announcement, 9 invoice, B blinded path, T channel type. */
  readonly contexts: string
  readonly dependsOn?: readonly string[]
  /** So widespread that every peer is taken to have it. */
  readonly assumed?: true
}

export const FEATURES = {
  option_data_loss_protect: { bit: 0, contexts: 'IN', assumed: true },
  option_upfront_shutdown_script: { bit: 4, contexts: 'IN' },
  gossip_queries: { bit: 6, contexts: 'IN' },
  var_onion_optin: { bit: 8, contexts: 'IN9', assumed: true },
  gossip_queries_ex: { bit: 10, contexts: 'IN' },
  option_static_remotekey: { bit: 12, contexts: 'INT', assumed: true },
  payment_secret: { bit: 14, contexts: 'IN9', assumed: true },
  basic_mpp: { bit: 16, contexts: 'IN9', dependsOn: ['payment_secret'] },
  option_support_large_channel: { bit: 18, contexts: 'IN' },
  option_anchors: { bit: 22, contexts: 'INT' },
  option_route_blinding: { bit: 24, contexts: 'IN9' },
  option_shutdown_anysegwit: { bit: 26, contexts: 'IN' },
  option_dual_fund: { bit: 28, contexts: 'IN' },
  option_quiesce: { bit: 34, contexts: 'IN' },
  option_attribution_data: { bit: 36, contexts: 'IN9' },
  option_onion_messages: { bit: 38, contexts: 'IN' },
  option_provide_storage: { bit: 42, contexts: 'IN' },
  option_channel_type: { bit: 44, contexts: 'IN', assumed: true },
  option_scid_alias: { bit: 46, contexts: 'INT' },
  option_payment_metadata: { bit: 48, contexts: '9' },
  option_zeroconf: { bit: 50, contexts: 'INT', dependsOn: ['option_scid_alias'] },
  keysend: { bit: 54, contexts: 'N', dependsOn: ['var_onion_optin'] },
  option_simple_close: { bit: 60, contexts: 'IN', dependsOn: ['option_shutdown_anysegwit'] },
  option_splice: { bit: 62, contexts: 'IN' },
} as const satisfies Readonly<Record<string, FeatureDefinition>>

export type FeatureName = keyof typeof FEATURES
/** The bits that are set. */
export type Features = ReadonlySet<number>

const definitions: readonly (readonly [FeatureName, FeatureDefinition])[] = Object.entries(FEATURES) as [
  FeatureName,
  FeatureDefinition,
][]

/** Reads a bit field, most significant byte first. Any bytes are a feature vector. */
export function decodeFeatures(bytes: Uint8Array): Features {
  const bits = new Set<number>()
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[bytes.length - 1 - i]!
    if (byte === 0) continue
    for (let bit = 0; bit < 8; bit++) if ((byte >> bit) & 1) bits.add(8 * i + bit)
  }
  return bits
}

/** The shortest bit field that holds `bits`. */
export function encodeFeatures(bits: Iterable<number>): Uint8Array {
  const set = [...bits]
  const bytes = new Uint8Array(Math.floor(set.reduce((most, bit) => Math.max(most, bit), -1) / 8) + 1)
  for (const bit of set) bytes[bytes.length - 1 - Math.floor(bit / 8)]! |= 1 << (bit % 8)
  return bytes
}

/** Bits of a set of features by name: each optional (odd) or compulsory (even). */
export function featureBits(names: Readonly<Partial<Record<FeatureName, 'optional' | 'compulsory'>>>): Features {
  const bits = new Set<number>()
  for (const [name, { bit }] of definitions) {
    const setting = names[name]
    if (setting) bits.add(setting === 'optional' ? bit + 1 : bit)
  }
  return bits
}

/** True if either bit of the feature is set. */
export const hasFeature = (features: Features, name: FeatureName): boolean =>
  features.has(FEATURES[name].bit) || features.has(FEATURES[name].bit + 1)

/** True if the even bit is set (also when both are). */
export const requiresFeature = (features: Features, name: FeatureName): boolean => features.has(FEATURES[name].bit)

/** BOLT 1: both offered it, or we demand it and the peer stayed. */
export const isNegotiated = (local: Features, remote: Features, name: FeatureName): boolean =>
  requiresFeature(local, name) || (hasFeature(local, name) && hasFeature(remote, name))

/** The feature that a bit belongs to. */
export const featureOfBit = (bit: number): FeatureName | undefined =>
  definitions.find(([, definition]) => definition.bit === bit - (bit % 2))?.[0]

export type FeatureViolation =
  | { readonly code: 'unknown-required-feature'; readonly bit: number }
  | { readonly code: 'missing-feature-dependency'; readonly feature: FeatureName; readonly dependency: FeatureName }

/**
 * The receiver's rules for a feature vector (BOLT 1 init, BOLT 9): an even bit that we do not know or do not support is
 * a violation, and so is a feature without the features it depends on. `supported` are our own bits; features that
 * everybody is assumed to have count as supported.
 */
export function checkFeatures(features: Features, supported: Features): Result<void, FeatureViolation> {
  for (const bit of features) {
    if (bit % 2 === 1 || supported.has(bit) || supported.has(bit + 1)) continue
    const name = featureOfBit(bit)
    if (name === undefined || !('assumed' in FEATURES[name])) return err({ code: 'unknown-required-feature', bit })
  }
  return checkFeatureDependencies(features)
}

/** Every feature that is set comes with the features it depends on; assumed features need not be set. */
export function checkFeatureDependencies(features: Features): Result<void, FeatureViolation> {
  for (const [feature, definition] of definitions) {
    if (!hasFeature(features, feature)) continue
    for (const dependency of (definition.dependsOn ?? []) as readonly FeatureName[]) {
      if ('assumed' in FEATURES[dependency] || hasFeature(features, dependency)) continue
      return err({ code: 'missing-feature-dependency', feature, dependency })
    }
  }
  return ok(undefined)
}

/** Drops the features that a context does not present (BOLT 9's Context column) and bits that are not in the table. */
export function featuresInContext(features: Features, context: 'I' | 'N' | 'C' | '9' | 'B' | 'T'): Features {
  return new Set(
    [...features].filter((bit) => {
      const name = featureOfBit(bit)
      return name !== undefined && FEATURES[name].contexts.includes(context)
    }),
  )
}
