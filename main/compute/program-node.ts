import path from 'node:path'
import { findProgramNode, LEAST_MAJOR } from '../../bin/program-node.mjs'
import { SaliscopeError } from '../shared/errors.ts'

/**
 * Path of the Node that compute processes run under: the running one when it is new enough and not Electron's own,
 * else the one that ships with the program.
 *
 * errors  compute.start: no such Node is installed
 */
export function programNode(): string {
  const found = findProgramNode(path.resolve(import.meta.dirname, '../..'))
  if (found !== null) return found
  throw new SaliscopeError(
    'compute.start',
    `No Node ${LEAST_MAJOR} or newer was found for ${process.platform}-${process.arch}; this is ${process.versions.node}.`,
  )
}
