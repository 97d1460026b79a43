# Writes each fenced block of a page to a file <folder>/<number>.<language>.<mode>, and its page and line to a second file.
# The numbers begin at `first`; the script prints the next free number.
BEGIN { number = first }
/^[ ]*```/ {
  if (!inside) {
    match($0, /[^ ]/)
    indent = RSTART - 1
    info = substr($0, indent + 4)
    split(info, word, " ")
    file = folder "/" sprintf("%03d", number++) "." (word[1] == "" ? "text" : word[1]) "." (word[2] == "" ? "none" : word[2])
    place = file ".place"
    print FILENAME ":" FNR > place
    close(place)
    printf "" > file
    inside = 1
  } else {
    close(file)
    inside = 0
  }
  next
}
inside { print substr($0, indent + 1) > file }
END { print number }
