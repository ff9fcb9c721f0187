const names = ['disc', 'square', 'up', 'diamond'] as const;

/** The class of a temperature's shape and colour beside words; the same as in the drawings. */
export const shapeClass = (index: number): string => (index < 0 ? '' : `lab-${names[index % names.length]}`);
