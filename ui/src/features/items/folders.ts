import type { NameCount } from '../../backend';

/** A folder of the sidebar; folders without items of their own are listed as well. */
export interface FolderEntry {
  path: string;
  name: string;
  depth: number;
  /** Items in it and below it. */
  count: number;
  children: boolean;
}

/** Returns folder paths as a list in tree order. */
export function folderTree(folders: NameCount[]): FolderEntry[] {
  const counts = new Map<string, number>();
  const order: string[] = [];
  const parents = new Set<string>();
  for (const { name, count } of folders) {
    const levels = name.split('/');
    levels.forEach((_, index) => {
      const path = levels.slice(0, index + 1).join('/');
      if (!counts.has(path)) order.push(path);
      counts.set(path, (counts.get(path) ?? 0) + count);
      if (index < levels.length - 1) parents.add(path);
    });
  }
  const collator = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true });
  const compare = (a: string, b: string) => {
    const [as, bs] = [a.split('/'), b.split('/')];
    for (let index = 0; index < Math.min(as.length, bs.length); index += 1) {
      const sign = collator.compare(as[index] ?? '', bs[index] ?? '') || (as[index] === bs[index] ? 0 : 1);
      if (sign !== 0) return sign;
    }
    return as.length - bs.length;
  };
  return order.sort(compare).map((path) => ({
    path,
    name: path.slice(path.lastIndexOf('/') + 1),
    depth: path.split('/').length - 1,
    count: counts.get(path) ?? 0,
    children: parents.has(path),
  }));
}

/** Returns the folders of a tree that are not inside a collapsed one. */
export function visibleFolders(tree: FolderEntry[], collapsed: ReadonlySet<string>): FolderEntry[] {
  let within: string | undefined;
  return tree.filter(({ path }) => {
    if (within !== undefined && path.startsWith(`${within}/`)) return false;
    within = collapsed.has(path) ? path : undefined;
    return true;
  });
}
