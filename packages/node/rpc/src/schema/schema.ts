/** A value that is written as one word. `number` may have a fraction, `time` counts seconds since the Unix epoch, `amount` bitcoins. */
export type ScalarType = 'string' | 'hex' | 'integer' | 'number' | 'time' | 'amount' | 'boolean' | 'null' | 'any'

interface Described {
  /** What it is, where its name does not say it. */
  readonly help?: string
  /** Of a member: it may be missing. */
  readonly optional?: boolean
}

/** The shape of what a method answers: what help, the types of the client and the reference are made from. */
export type Schema =
  | (Described & { readonly type: ScalarType })
  | (Described & { readonly type: 'array'; readonly items: Schema })
  | (Described & { readonly type: 'object'; readonly members: Members })
  /** An object whose members are called what `key` says. */
  | (Described & { readonly type: 'map'; readonly key: string; readonly values: Schema })
  /** One of several, as the arguments ask for it. */
  | (Described & { readonly type: 'cases'; readonly cases: readonly Case[] })

export type Members = { readonly [name: string]: Schema }

export interface Case {
  /** `verbosity = 0`. */
  readonly when: string
  readonly schema: Schema
}

const scalar =
  (type: ScalarType) =>
  (help = ''): Schema => ({ type, help })

export const text = scalar('string')
export const hex = scalar('hex')
export const integer = scalar('integer')
export const number = scalar('number')
export const time = scalar('time')
export const amount = scalar('amount')
export const bool = scalar('boolean')
export const nothing = scalar('null')
export const anything = scalar('any')

export const list = (items: Schema, help = ''): Schema => ({ type: 'array', items, help })
export const record = (members: Members, help = ''): Schema & { readonly members: Members } => ({
  type: 'object',
  members,
  help,
})
export const mapOf = (key: string, values: Schema, help = ''): Schema => ({ type: 'map', key, values, help })
export const maybe = (schema: Schema): Schema => ({ ...schema, optional: true })
export const cases = (each: { readonly [when: string]: Schema }): Schema => ({
  type: 'cases',
  cases: Object.entries(each).map(([when, schema]) => ({ when, schema })),
})
