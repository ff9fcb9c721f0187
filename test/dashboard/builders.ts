// What the gallery shows is what the tests of the pages are made of.
export * from '../../dashboard/gallery/builders.ts';
