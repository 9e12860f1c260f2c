"""What readers of campaigns come to: the pixel, links, and the pages by which they choose what they get."""
