/** An element of a linked list. It refers to the adjacent elements, so that adding and removing take constant time. */
export interface Linked<Each> {
  previous: Each | undefined;
  next: Each | undefined;
}

export class LinkedList<Each extends Linked<Each>> {
  first: Each | undefined;
  size = 0;
  #last: Each | undefined;

  add(element: Each): void {
    element.previous = this.#last;
    if (this.#last === undefined) this.first = element;
    else this.#last.next = element;
    this.#last = element;
    this.size += 1;
  }

  /** Removes an element that is in the list. */
  remove(element: Each): void {
    const { previous, next } = element;
    if (previous === undefined) this.first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    element.previous = undefined;
    element.next = undefined;
    this.size -= 1;
  }

  moveToEnd(element: Each): void {
    this.remove(element);
    this.add(element);
  }
}
