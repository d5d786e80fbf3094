import { expectString, type Json, optional, RPC_ERROR, RpcError, type RpcMethod } from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'
import type { ProcessControl } from './control.ts'
import { TEXTS } from './paramShapes.ts'

/** Which categories' `debug` lines are in the log. */
export interface LogCategories {
  readonly all: readonly string[]
  /** Names that mean nothing any more; whoever uses one is told. */
  readonly deprecated: ReadonlyMap<string, string>
  readonly active: ReadonlySet<string>
  set(category: string, on: boolean): void
}

const EVERYTHING: readonly Json[] = ['', '1', 'all']

function setCategories({ logger }: Layer1Node, categories: LogCategories, names: readonly Json[], on: boolean): void {
  const { all, deprecated } = categories
  for (const name of names.map(expectString)) {
    const warning = deprecated.get(name)
    if (warning !== undefined) {
      logger.log('warn', warning)
      continue
    }
    const chosen = EVERYTHING.includes(name) ? all : [name]
    const unknown = chosen.find((each) => !all.includes(each))
    if (unknown !== undefined) throw new RpcError(RPC_ERROR.invalidParameter, `unknown logging category ${unknown}`)
    for (const each of chosen) categories.set(each, on)
  }
}

function describe(categories: LogCategories | undefined): string {
  const first = 'Which categories the log says more of, after changing them.'
  if (!categories) return first
  const names = [...categories.all].sort().join(', ')
  return `${first}\nThe valid logging categories are: ${names}\nAll of them are meant by "all" and by "1".`
}

export function loggingMethods(node: Layer1Node, { logCategories }: ProcessControl): RpcMethod[] {
  return [
    {
      name: 'logging',
      group: 'Control',
      help: describe(logCategories),
      params: [
        optional('include', 'array', 'Categories to write.', { shape: TEXTS, form: '["include_category",...]' }),
        optional('exclude', 'array', 'Categories not to write; after the others.', {
          shape: TEXTS,
          form: '["exclude_category",...]',
        }),
      ],
      handler: (args) => {
        if (!logCategories) return {}
        setCategories(node, logCategories, args.array('include', []), true)
        setCategories(node, logCategories, args.array('exclude', []), false)
        const names = [...logCategories.all].sort()
        return Object.fromEntries(names.map((name) => [name, logCategories.active.has(name)]))
      },
    },
  ]
}
