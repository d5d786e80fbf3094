import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..')

/** Every workspace package: its folder (relative to the root), its package.json, its name without the scope. */
export function packages() {
  const folders = []
  for (const group of readdirSync(join(root, 'packages'))) {
    for (const name of readdirSync(join(root, 'packages', group))) folders.push(`packages/${group}/${name}`)
  }
  for (const name of readdirSync(join(root, 'apps'))) folders.push(`apps/${name}`)
  return folders
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => {
      const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
      return { folder, manifest, name: manifest.name.replace('@ply/', '') }
    })
}

/** TypeScript files under a folder, relative to the root. */
export function sources(folder) {
  const found = []
  const walk = (path) => {
    for (const entry of readdirSync(path)) {
      if (entry === 'node_modules' || entry === 'dist' || entry === 'bundle') continue
      const full = join(path, entry)
      if (statSync(full).isDirectory()) walk(full)
      else if (/\.tsx?$/.test(entry)) found.push(relative(root, full))
    }
  }
  if (existsSync(join(root, folder, 'src'))) walk(join(root, folder, 'src'))
  return found
}

export const isTest = (file) =>
  /\.(test|sim|fuzz|bench)\.ts$/.test(file) ||
  /\/(test|testdata|interop)\//.test(file) ||
  file.startsWith('packages/testing/')

/** Module specifiers that a file imports or re-exports. */
export function imports(file) {
  const text = readFileSync(join(root, file), 'utf8')
  const found = []
  for (const match of text.matchAll(/(?:^|\n)\s*(import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/g)) {
    found.push({ specifier: match[3], typeOnly: Boolean(match[2]) })
  }
  for (const match of text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g))
    found.push({ specifier: match[1], typeOnly: false })
  return found
}

/** Prints what was found and ends the process accordingly. */
export function report(what, problems) {
  for (const problem of problems) console.error(`${what}: ${problem}`)
  if (problems.length > 0) process.exit(1)
  console.log(`${what}: ok`)
}
