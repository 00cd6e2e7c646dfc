"""How documents are spread: over this process, over processes of this machine, over a Spark cluster; the same result from each."""
