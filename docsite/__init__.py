"""What the documentation is made with: pages and pictures that come from the code itself, so that they cannot drift."""
