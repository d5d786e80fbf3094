import { type JsonOutput, RPC_ERROR, type RpcArguments, RpcError } from '@ply/rpc'

/** A scan under way. */
export interface Scan {
  aborted: boolean
}

/** What is particular to a method that scans. */
export interface Scanner<S extends Scan> {
  /** Reads what is asked for. */
  begin(args: RpcArguments): S
  /** The answer to `start`; looks from time to time whether the scan was aborted. */
  run(scan: S): Promise<JsonOutput>
  /** The answer to `status`. */
  status(scan: S): JsonOutput
}

/** Handles the action of a method that scans, one scan at a time: start, status or abort. */
export function createScanHandler<S extends Scan>(
  scanner: Scanner<S>,
): (args: RpcArguments) => JsonOutput | Promise<JsonOutput> {
  let current: S | undefined

  function abort(): boolean {
    if (!current) return false
    current.aborted = true
    return true
  }

  async function start(args: RpcArguments): Promise<JsonOutput> {
    if (current) {
      const message = 'Scan already in progress, use action "abort" or "status"'
      throw new RpcError(RPC_ERROR.invalidParameter, message)
    }
    current = scanner.begin(args)
    try {
      return await scanner.run(current)
    } finally {
      current = undefined
    }
  }

  return (args) => {
    const action = args.string('action')
    if (action === 'status') return current ? scanner.status(current) : null
    if (action === 'abort') return abort()
    if (action !== 'start') throw new RpcError(RPC_ERROR.invalidParameter, `Invalid action '${action}'`)
    return start(args)
  }
}
