import { signal } from '@preact/signals';

/** The selected rows of a list, by their ids. */
export class Selection {
  private readonly ids = signal<ReadonlySet<string>>(new Set());
  private anchor = 0;

  get size(): number {
    return this.ids.value.size;
  }

  get all(): string[] {
    return [...this.ids.value];
  }

  has(id: string): boolean {
    return this.ids.value.has(id);
  }

  /** Selects a row, or no longer; a range may begin at it. */
  toggle(id: string, index = this.anchor): void {
    const next = new Set(this.ids.peek());
    if (!next.delete(id)) next.add(id);
    this.ids.value = next;
    this.anchor = index;
  }

  /** Selects all rows between the last one that was toggled and this one. */
  range(index: number, idOf: (index: number) => string | undefined): void {
    const next = new Set(this.ids.peek());
    for (let at = Math.min(index, this.anchor); at <= Math.max(index, this.anchor); at += 1) {
      const id = idOf(at);
      if (id) next.add(id);
    }
    this.ids.value = next;
  }

  clear(): void {
    this.ids.value = new Set();
  }
}
