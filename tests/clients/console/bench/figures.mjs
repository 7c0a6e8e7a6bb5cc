// Figures beside their budgets, as a table.

export const percentile = (values, share) => [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)];

export class Figures {
  #rows = [];
  #notes = [];
  #failure;

  /** One figure: what it is, how it was measured, its value and its budget in `unit`. */
  add(name, value, unit, { budget, how = '' } = {}) {
    const isMet = budget === undefined ? undefined : value <= budget;
    this.#rows.push({ name, value: `${Math.round(value).toLocaleString('en')} ${unit}`, how, isMet,
      budget: budget === undefined ? '' : `${budget.toLocaleString('en')} ${unit}` });
  }

  /** Something to be told below the table. */
  note(text) {
    this.#notes.push(text);
  }

  /** Something could not be measured. */
  fail(error) {
    this.#failure = error;
    this.note(`**Not all was measured:** ${error.stack}`);
  }

  get areMet() {
    return this.#failure === undefined && this.#rows.every(({ isMet }) => isMet !== false);
  }

  print() {
    console.log('| what | measured | budget | | how |\n|---|--:|--:|---|---|');
    for (const { name, value, budget, isMet, how } of this.#rows) {
      const verdict = isMet === undefined ? '' : isMet ? 'met' : '**missed**';
      console.log(`| ${name} | ${value} | ${budget} | ${verdict} | ${how} |`);
    }
    for (const text of this.#notes) console.log(`\n${text}`);
  }
}
